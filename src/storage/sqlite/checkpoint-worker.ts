import { parentPort, workerData } from 'node:worker_threads'
import { connect } from './connection.ts'

/** `passive` copies the frames that it can while others write; `restart` copies the rest and restarts the WAL. */
export type CheckpointMode = 'passive' | 'restart' | 'truncate'

export type CheckpointReport = { readonly ok: boolean } | { readonly error: string }

const port = parentPort
if (!port) throw new Error('This file is the start of a worker thread')

// Waits for a lock for a moment only. The next checkpoint does the rest.
const database = connect(workerData as string, { cache: 256, patience: 250 })

const checkpoint = (mode: CheckpointMode): boolean => {
  const { busy } = database.prepare(`pragma wal_checkpoint(${mode})`).get() as { busy: number }
  // The first write into a restarted WAL syncs its header: better here than on the main thread.
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
