import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { parseArgs } from 'node:util'
import pino from 'pino'
import { Refusal, refuse } from '../core/refusal.ts'
import { realWorld } from '../core/world.ts'
import { holdDirectory } from '../storage/sqlite/hold.ts'
import { configFile, readConfig, strangeVariables } from './config.ts'
import { nextSteps } from './next-steps.ts'
import { type PosternServer, startServer } from './server.ts'
import type { Settings } from './settings.ts'

/** How long a stop may take before it is cut short. */
const STOP_PATIENCE = 9_000

const USAGE = 2
const CANNOT_START = 1
const PORT_IN_USE = 4

/** `postern serve`: runs until it is told to stop; resolves to the exit code. */
export async function serve(argv: readonly string[], environment: NodeJS.ProcessEnv): Promise<number> {
  let options: Options
  try {
    options = readOptions(argv, environment)
  } catch (thrown) {
    return complain(thrown, USAGE)
  }

  let settings: Settings
  const started: { release?: () => Promise<void>; server?: PosternServer } = {}
  try {
    settings = readConfig({
      flags: options.flags,
      environment,
      ...withFile(configFile(options.config, options.dataDir)),
    })
    const hold = await holdDirectory(options.dataDir)
    started.release = () => hold.release()
    const log = pino({ level: settings.log.level, base: null }, pino.destination({ fd: 2, sync: true }))
    for (const variable of strangeVariables(environment)) log.warn({ variable }, 'this variable names no setting')
    started.server = await startServer({ dataDir: options.dataDir, settings, world: realWorld, log })
    await announce(started.server, options)
    log.info({ ports: started.server.ready.ports, profile: settings.server.profile }, 'ready')
  } catch (thrown) {
    await started.server?.close()
    await started.release?.()
    return complain(thrown, thrown instanceof Refusal && thrown.detail.port ? PORT_IN_USE : CANNOT_START)
  }

  await stopAsked()
  const late = setTimeout(() => process.exit(0), STOP_PATIENCE)
  await retract(options)
  await started.server.close()
  await started.release()
  clearTimeout(late)
  return 0
}

interface Options {
  readonly dataDir: string
  readonly config: string | undefined
  readonly readyFile: string | undefined
  readonly flags: Record<string, unknown>
}

function readOptions(argv: readonly string[], environment: NodeJS.ProcessEnv): Options {
  const { values } = parseArgs({
    args: [...argv],
    strict: true,
    allowPositionals: false,
    options: {
      data: { type: 'string' },
      config: { type: 'string' },
      'port-base': { type: 'string' },
      host: { type: 'string' },
      profile: { type: 'string' },
      'ready-file': { type: 'string' },
    },
  })
  const from = (file: string) => path.resolve(environment.INIT_CWD ?? process.cwd(), file)
  return {
    dataDir: from(values.data ?? 'postern-data'),
    config: values.config === undefined ? undefined : from(values.config),
    readyFile: values['ready-file'] === undefined ? undefined : from(values['ready-file']),
    flags: { profile: values.profile, host: values.host, port_base: values['port-base'] },
  }
}

const withFile = (file: { name: string; content: string } | undefined) => (file ? { file } : {})

/** Makes the ready object appear whole, by rename, once every listener accepts. */
async function announce(server: PosternServer, options: Options): Promise<void> {
  const content = `${JSON.stringify(server.ready, undefined, 1)}\n`
  for (const file of readyFiles(options)) {
    await mkdir(path.dirname(file), { recursive: true })
    await writeFile(`${file}.new`, content).catch((thrown: Error) =>
      refuse('not-allowed', `The ready file '${file}' cannot be written: ${thrown.message}`),
    )
    await rename(`${file}.new`, file)
  }
  process.stdout.write(nextSteps(server.ready, options.dataDir))
}

async function retract(options: Options): Promise<void> {
  for (const file of readyFiles(options)) await rm(file, { force: true })
}

const readyFiles = ({ dataDir, readyFile }: Options): string[] => [
  path.join(dataDir, 'server.json'),
  ...(readyFile === undefined ? [] : [readyFile]),
]

/** Resolves on SIGTERM, SIGINT, and when the process that started us over a channel is gone. */
const stopAsked = (): Promise<void> =>
  new Promise((resolve) => {
    process.once('SIGTERM', () => resolve()).once('SIGINT', () => resolve())
    if (process.send) process.once('disconnect', () => resolve())
  })

function complain(thrown: unknown, code: number): number {
  const expected = thrown instanceof Refusal || (thrown as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS')
  const text = expected
    ? (thrown as Error).message
    : `The server cannot start: ${(thrown as Error).stack ?? String(thrown)}`
  process.stderr.write(`postern: ${text}\n`)
  return code
}
