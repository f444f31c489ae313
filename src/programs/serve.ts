import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import pino from 'pino'
import { quoted } from '../core/command-line.ts'
import { makePrivateDirectory, replacePrivateFile } from '../core/private-files.ts'
import { Refusal, refuse } from '../core/refusal.ts'
import { exchangeOnline } from '../core/well-known/exchange-online.ts'
import { realWorld } from '../core/world.ts'
import { holdDirectory } from '../storage/sqlite/hold.ts'
import { wrongUsage } from './cli/failure.ts'
import { type Invocation, readOptions } from './cli/options.ts'
import { runnableHere } from './cli/program-name.ts'
import { configFile, readConfig, unknownVariables } from './config.ts'
import { type PosternServer, type ServerReady, startServer } from './server.ts'

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

const imapAccess = exchangeOnline.appRoles.find(({ value }) => value === 'IMAP.AccessAsApp')

/** Sample messages of a checkout; an installed package has none. */
const samples = path.resolve(import.meta.dirname, '../../samples')

/** The text that `postern serve` prints: every command in it runs in any directory, as printed. */
export function nextSteps(
  ready: ServerReady,
  { data, env }: { data: string; env: Readonly<Record<string, string | undefined>> },
): string {
  const { domain } = ready.tenant
  const listeners = Object.entries(ready.ports).map(([name, port]) => `${name} ${port}`)
  const run = (line: string) => runnableHere(`postern ${line}`, { env, data })
  const steps: readonly (readonly [string, string])[] = [
    ['Create a mailbox', `New-Mailbox -Shared -Name Info -PrimarySmtpAddress info@${domain}`],
    ...(existsSync(samples) ? [['Import mail', `import info@${domain} ${quoted(samples)}`] as const] : []),
    ['Register an app; note its appId and id', 'New-MgApplication -DisplayName "Mail fetcher"'],
    ['Create a secret; note the secretText', 'Add-MgApplicationPassword -ApplicationId APP-OBJECT-ID'],
    ['Create its service principal; note the id', 'New-MgServicePrincipal -AppId CLIENT-ID'],
    [
      'Find Exchange; note the id: it is the resource',
      `Get-MgServicePrincipal -Filter "appId eq '${exchangeOnline.appId}'"`,
    ],
    [
      'Consent to IMAP.AccessAsApp',
      `New-MgServicePrincipalAppRoleAssignment -ServicePrincipalId PRINCIPAL-ID -PrincipalId PRINCIPAL-ID -ResourceId RESOURCE-ID -AppRoleId ${imapAccess?.id}`,
    ],
    ['Create its Exchange service principal', 'New-ServicePrincipal -AppId CLIENT-ID -ObjectId PRINCIPAL-ID'],
    [
      'Grant it the mailbox',
      `Add-MailboxPermission -Identity info@${domain} -User PRINCIPAL-ID -AccessRights FullAccess`,
    ],
    ['Fetch a token', 'token --client-id CLIENT-ID --client-secret SECRET-TEXT'],
    ['Find out why a sign-in was refused', 'explain'],
  ]
  return [
    `Postern ${ready.version} is ready (${ready.profile}). Tenant ${domain}, ${ready.tenant.id}.`,
    `  ${ready.https}   ${listeners.join('   ')}`,
    `  CA certificate: ${ready.ca}`,
    `  Data: ${data}`,
    '',
    'Next, in another terminal:',
    ...steps.flatMap(([does, line]) => [`  # ${does}`, `  ${run(line)}`]),
    '',
  ].join('\n')
}

/** The files with the ready object: they say that a server runs, and how to reach it. */
export class ReadyFiles {
  readonly #files: readonly string[]

  constructor(files: readonly string[]) {
    this.#files = files
  }

  /**
   * Writes the ready object by rename, so no reader sees part of it. Refuses `not-allowed` if a file cannot be written.
   */
  async write(ready: ServerReady): Promise<void> {
    const content = `${JSON.stringify(ready, undefined, 1)}\n`
    for (const file of this.#files) {
      await replace(file, content).catch((thrown: Error) =>
        refuse('not-allowed', `The ready file '${file}' cannot be written: ${thrown.message}`),
      )
    }
  }

  async remove(): Promise<void> {
    for (const file of this.#files) {
      await rm(file, { force: true }).catch((thrown: Error) =>
        refuse('not-allowed', `The ready file '${file}' cannot be removed: ${thrown.message}`),
      )
    }
  }
}

async function replace(file: string, content: string): Promise<void> {
  await makePrivateDirectory(path.dirname(file))
  await replacePrivateFile(file, content)
}
