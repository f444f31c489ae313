import path from 'node:path'
import pino from 'pino'
import { Refusal } from '../core/refusal.ts'
import { realWorld } from '../core/world.ts'
import { holdDirectory } from '../storage/sqlite/hold.ts'
import type { Invocation } from './cli/invocation.ts'
import { readOptions } from './cli/options.ts'
import { wrongUsage } from './cli/failure.ts'
import { configFile, readConfig, unknownVariables } from './config.ts'
import { nextSteps } from './next-steps.ts'
import { ReadyFiles } from './ready-files.ts'
import { type PosternServer, startServer } from './server.ts'

/** Milliseconds after which a stop ends the process, finished or not. */
const STOP_TIMEOUT = 9_000

const CANNOT_START = 1
const PORT_IN_USE = 4

/** `postern serve`: runs until a signal stops it; resolves to the exit code. */
export async function serve(invocation: Invocation): Promise<number> {
  const options = optionsOf(invocation)
  // First, so that a signal during the start also stops the server cleanly.
  const stop = stopSignal()
  const started: { release?: () => Promise<void>; files?: ReadyFiles; server?: PosternServer } = {}
  try {
    const file = configFile(options.config, options.dataDir)
    const settings = readConfig({ flags: options.flags, environment: invocation.env, ...(file ? { file } : {}) })
    const log = pino({ level: settings.log.level, base: null }, pino.destination({ fd: 2, sync: true }))
    const hold = await holdDirectory(options.dataDir, (text) => log.warn({}, text))
    started.release = () => hold.release()
    const files = new ReadyFiles(options.readyFiles)
    // A server that was killed leaves its ready files.
    await files.remove()
    started.files = files
    for (const variable of unknownVariables(invocation.env))
      log.warn({ variable }, 'Unknown setting in the environment')
    started.server = await startServer({ dataDir: options.dataDir, settings, world: realWorld, log })
    const { ready } = started.server
    await started.files.write(ready)
    invocation.streams.stdout.write(
      invocation.json
        ? `${JSON.stringify(ready, undefined, 2)}\n`
        : nextSteps(ready, { data: options.dataDir, env: invocation.env }),
    )
    log.info({ ports: ready.ports, profile: settings.server.profile }, 'Ready')
  } catch (thrown) {
    await started.files?.remove()
    await started.server?.close()
    await started.release?.()
    return complain(invocation, thrown)
  }

  await stop
  const late = setTimeout(() => process.exit(0), STOP_TIMEOUT)
  try {
    await started.files.remove()
  } finally {
    await started.server.close()
    await started.release()
    clearTimeout(late)
  }
  return 0
}

function optionsOf({ words, data, folder }: Invocation) {
  const { values, positionals } = readOptions(words, {
    config: { type: 'string' },
    'port-base': { type: 'string' },
    host: { type: 'string' },
    profile: { type: 'string' },
    'ready-file': { type: 'string' },
  })
  if (positionals.length > 0) wrongUsage(`serve has no argument '${positionals[0]}'.`)
  const from = (file: string) => path.resolve(folder, file)
  const dataDir = data ?? from('postern-data')
  const { config, 'ready-file': readyFile } = values
  if (readyFile === '') wrongUsage('--ready-file needs a file.')
  if (config === '') wrongUsage('--config needs a file.')
  return {
    dataDir,
    config: config === undefined ? undefined : from(config),
    readyFiles: [path.join(dataDir, 'server.json'), ...(readyFile === undefined ? [] : [from(readyFile)])],
    flags: { profile: values.profile, host: values.host, port_base: values['port-base'] },
  }
}

/** Resolves on SIGTERM, on SIGINT, and when the process at the other end of the channel ends. */
const stopSignal = (): Promise<void> =>
  new Promise((resolve) => {
    process.once('SIGTERM', () => resolve()).once('SIGINT', () => resolve())
    if (process.send) process.once('disconnect', () => resolve())
  })

/** Prints the reason of a refusal as one sentence, and the stack of a fault in Postern. */
function complain({ json, streams }: Invocation, thrown: unknown): number {
  const refusal = thrown instanceof Refusal ? thrown : undefined
  const message = refusal?.message ?? `The server cannot start: ${(thrown as Error).stack ?? String(thrown)}`
  const details = refusal?.detail ?? {}
  const failure = { error: { code: 'NotStarted', message, details } }
  streams.stderr.write(`${json ? JSON.stringify(failure) : `postern: ${message}`}\n`)
  return details.port === undefined ? CANNOT_START : PORT_IN_USE
}
