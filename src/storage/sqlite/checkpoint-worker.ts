import { parentPort, workerData } from 'node:worker_threads'
import { connect } from './connection.ts'

/** `passive` copies what it can while others write; `restart` wants the rest copied and the WAL begun again. */
export type CheckpointMode = 'passive' | 'restart' | 'truncate'

export type CheckpointReport = { readonly ok: boolean } | { readonly error: string }

const port = parentPort
if (!port) throw new Error('This file is the start of a worker thread')

// A lock is waited for a moment only: what is not done now is done the next time.
const database = connect(workerData as string, { cache: 256, patience: 250 })

const checkpoint = (mode: CheckpointMode): boolean => {
  const { busy } = database.prepare(`pragma wal_checkpoint(${mode})`).get() as { busy: number }
  // The first write into a WAL that begins again syncs its header: better here than on the main thread.
  if (mode === 'restart' && busy === 0)
    database.exec(`update engine_state set value = value + 1 where name = 'restarts'`)
  return busy === 0
}

port.on('message', (mode: CheckpointMode | 'close') => {
  if (mode === 'close') {
    database.close()
    port.close()
    return
  }
  let report: CheckpointReport
  try {
    report = { ok: checkpoint(mode) }
  } catch (error) {
    report = { error: String(error) }
  }
  port.postMessage(report)
})
