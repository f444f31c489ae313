import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Endpoint } from '../../bench/clients/endpoint.ts'
import type { ServerReady } from '../../src/programs/server.ts'

const root = path.resolve(import.meta.dirname, '../..')
const executable = path.join(root, 'bin', 'postern.js')
const EXCHANGE = '00000002-0000-0ff1-ce00-000000000000'
const GRAPH = '00000003-0000-0000-c000-000000000000'

export interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program to its end. */
export function run(
  command: string,
  words: readonly string[],
  options: {
    env?: Record<string, string>
    input?: string
    cwd?: string
    timeout?: number
    uid?: number
    gid?: number
  } = {},
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, words, {
      env: { ...process.env, ...options.env },
      cwd: options.cwd ?? root,
      timeout: options.timeout ?? 100_000,
      ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.gid ?? options.uid }),
    })
    const stdout: Buffer[] = []
    const stderr: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
    child.on('error', reject)
    child.on('close', (code, signal) =>
      resolve({
        code: code ?? (signal ? 128 : 1),
        stdout: Buffer.concat(stdout).toString(),
        stderr: Buffer.concat(stderr).toString(),
      }),
    )
    // A program that never reads may be gone before this is written.
    child.stdin.on('error', () => {})
    child.stdin.end(options.input ?? '')
  })
}

/** A server started from this checkout as a user starts one, on free ports and a data directory of its own. */
export class ServerProcess {
  readonly folder: string
  readonly data: string
  /** The program that {@link serve} starts: that of this checkout, or another version. */
  program = executable
  ready!: ServerReady
  #server: ChildProcess | undefined
  log = ''

  private constructor(folder: string) {
    this.folder = folder
    this.data = path.join(folder, 'data')
  }

  static async start(words: readonly string[] = [], env: Record<string, string> = {}): Promise<ServerProcess> {
    const checkout = new ServerProcess(await mkdtemp(path.join(tmpdir(), 'postern-system-')))
    await checkout.serve(words, env)
    return checkout
  }

  /** Starts the server on the data directory that is there. */
  async serve(words: readonly string[] = [], env: Record<string, string> = {}): Promise<void> {
    const readyFile = path.join(this.folder, 'ready.json')
    await rm(readyFile, { force: true })
    const args = [
      this.program,
      'serve',
      '--data',
      this.data,
      '--port-base',
      'auto',
      '--ready-file',
      readyFile,
      ...words,
    ]
    const server = spawn(process.execPath, args, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    this.#server = server
    server.stderr.on('data', (chunk: Buffer) => (this.log += chunk))
    for (let waited = 0; !existsSync(readyFile); waited += 25) {
      if (server.exitCode !== null || waited > 60_000) throw new Error(`the server did not start: ${this.log}`)
      await pause(25)
    }
    this.ready = JSON.parse(readFileSync(readyFile, 'utf8')) as ServerReady
  }

  /** Where IMAP over TLS listens, and who vouches for it. */
  async imaps(): Promise<Endpoint> {
    return { host: 'localhost', port: this.ready.ports.imaps!, ca: await readFile(this.ready.ca, 'utf8') }
  }

  postern(...words: readonly string[]): Promise<Outcome> {
    return run(process.execPath, [executable, ...words, '--data', this.data])
  }

  /** A command with `--json`; throws when it fails. */
  async json<T>(...words: readonly string[]): Promise<T> {
    const outcome = await this.postern(...words, '--json')
    if (outcome.code !== 0) throw new Error(`${words[0]} ended with ${outcome.code}: ${outcome.stderr}`)
    return (outcome.stdout.trim() === '' ? undefined : JSON.parse(outcome.stdout)) as T
  }

  /** Ends the listening process with a signal and waits until it is gone. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    const server = this.#server
    if (!server || server.exitCode !== null || server.signalCode !== null) return server?.exitCode ?? null
    const gone = new Promise<number | null>((resolve) => server.once('exit', (code) => resolve(code)))
    process.kill(this.ready.pid, signal)
    return gone
  }

  async close(): Promise<void> {
    await this.end()
    await rm(this.folder, { recursive: true, force: true })
  }
}

/** An app that may read one of two mailboxes, as product.md's set-up makes it. */
export interface Provisioned {
  readonly mailbox: string
  readonly other: string
  readonly clientId: string
  readonly objectId: string
  readonly servicePrincipal: string
  readonly secret: string
  readonly certificate: { readonly pem: string; readonly key: string }
  readonly letters: readonly Buffer[]
}

/** The whole set-up through the command line alone, with so many letters in the mailbox. */
export async function provision(checkout: ServerProcess, count: number): Promise<Provisioned> {
  const { domain } = checkout.ready.tenant
  const [mailbox, other] = [`kim.akers@${domain}`, `pat.lee@${domain}`]
  await checkout.json('New-Mailbox', '-Shared', '-Name', 'Kim Akers', '-PrimarySmtpAddress', mailbox)
  await checkout.json('New-Mailbox', '-Shared', '-Name', 'Pat Lee', '-PrimarySmtpAddress', other)
  const letters = Array.from({ length: count }, (_, number) => sampleMessage(number))
  const mail = path.join(checkout.folder, 'mail')
  await mkdir(mail)
  for (const [number, bytes] of letters.entries()) {
    await writeFile(path.join(mail, `${String(number).padStart(6, '0')}.eml`), bytes)
  }
  await checkout.json('import', mailbox, mail)

  const app = await checkout.json<{ id: string; appId: string }>('New-MgApplication', '-DisplayName', 'System test')
  const { secretText } = await checkout.json<{ secretText: string }>(
    'Add-MgApplicationPassword',
    '-ApplicationId',
    app.id,
  )
  const certificate = await addCertificate(checkout, app.id)
  const principal = await checkout.json<{ id: string }>('New-MgServicePrincipal', '-AppId', app.appId)
  await assign(checkout, principal.id, EXCHANGE, ['IMAP.AccessAsApp', 'POP.AccessAsApp', 'SMTP.SendAsApp'])
  await assign(checkout, principal.id, GRAPH, ['Mail.ReadWrite'])
  await checkout.json('New-ServicePrincipal', '-AppId', app.appId, '-ObjectId', principal.id)
  await checkout.json(
    'Add-MailboxPermission',
    '-Identity',
    mailbox,
    '-User',
    principal.id,
    '-AccessRights',
    'FullAccess',
  )
  return {
    mailbox,
    other,
    clientId: app.appId,
    objectId: app.id,
    servicePrincipal: principal.id,
    secret: secretText,
    certificate,
    letters,
  }
}

async function addCertificate(checkout: ServerProcess, objectId: string): Promise<{ pem: string; key: string }> {
  const [pem, key] = [path.join(checkout.folder, 'app.crt'), path.join(checkout.folder, 'app.key')]
  const made = await run('openssl', [
    ...'req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=system-test -out'.split(' '),
    pem,
    '-keyout',
    key,
  ])
  if (made.code !== 0) throw new Error(made.stderr)
  const der = readFileSync(pem, 'utf8').replace(/-----.*-----|\s/g, '')
  const keys = JSON.stringify([{ type: 'AsymmetricX509Cert', usage: 'Verify', key: der }])
  await checkout.json('Update-MgApplication', '-ApplicationId', objectId, '-KeyCredentials', keys)
  return { pem, key }
}

async function assign(
  checkout: ServerProcess,
  principal: string,
  resourceAppId: string,
  values: string[],
): Promise<void> {
  const [resource] = await checkout.json<{ id: string; appRoles: { id: string; value: string }[] }[]>(
    'Get-MgServicePrincipal',
    '-Filter',
    `appId eq '${resourceAppId}'`,
  )
  for (const value of values) {
    await checkout.json(
      'New-MgServicePrincipalAppRoleAssignment',
      '-ServicePrincipalId',
      principal,
      '-PrincipalId',
      principal,
      '-ResourceId',
      resource!.id,
      '-AppRoleId',
      resource!.appRoles.find((role) => role.value === value)!.id,
    )
  }
}

/** Every combination of the choices. */
export function* product<T extends object>(choices: { [K in keyof T]: readonly T[K][] }): Generator<T> {
  const [first, ...rest] = Object.entries(choices) as [string, readonly unknown[]][]
  if (!first) yield {} as T
  for (const value of first?.[1] ?? []) {
    for (const other of product<object>(Object.fromEntries(rest))) yield { [first![0]]: value, ...other } as T
  }
}

/** Deterministic mail for tests: varied in size, charset and structure, all of it CRLF. */
function sampleMessage(number: number): Buffer {
  const kinds = [plain, latin, alternative, attachment]
  return kinds[number % kinds.length]!(number)
}

const senders = ['Ada Lindqvist', 'Bo Ferreira', 'Chiyo Tanaka', 'Dmitri Orlov', 'Esi Boateng']

function messageHead(number: number, subject: string): string {
  const who = senders[number % senders.length]!
  const at = new Date(Date.UTC(2026, 0, 1) + number * 61_000).toUTCString().replace('GMT', '+0000')
  return [
    `From: ${who} <${who.split(' ')[0]!.toLowerCase()}@example.com>`,
    'To: Kim Akers <kim.akers@contoso.test>',
    `Subject: ${subject}`,
    `Date: ${at}`,
    `Message-ID: <letter-${number}@example.com>`,
    'MIME-Version: 1.0',
    '',
  ].join('\r\n')
}

const paragraph = (number: number, lines: number): string =>
  Array.from({ length: lines }, (_, line) => `Line ${line} of letter ${number}, and some words to fill it.\r\n`).join(
    '',
  )

const plain = (number: number): Buffer =>
  Buffer.from(
    `${messageHead(number, `Plain letter ${number}`)}Content-Type: text/plain; charset=us-ascii\r\n\r\n` +
      `${paragraph(number, (number % 40) + 1)}.A line that begins with a dot\r\n..and one with two\r\n.\r\n`,
  )

const latin = (number: number): Buffer =>
  Buffer.concat([
    Buffer.from(
      `${messageHead(number, `=?iso-8859-1?Q?Gr=FC=DFe_${number}?=`)}Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n\r\n`,
    ),
    Buffer.from(`Grüße Nummer ${number}, naïve façade\r\n`, 'latin1'),
    Buffer.from(paragraph(number, number % 17)),
  ])

const alternative = (number: number): Buffer =>
  Buffer.from(
    `${messageHead(number, `=?utf-8?B?${Buffer.from(`会議 ${number}`).toString('base64')}?=`)}Content-Type: multipart/alternative; boundary="b${number}"\r\n\r\n` +
      `--b${number}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n会議の議事録 ${number}\r\n` +
      `--b${number}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<p>Letter=20${number}</p>\r\n--b${number}--\r\n`,
  )

const attachment = (number: number): Buffer =>
  Buffer.from(
    `${messageHead(number, `Report ${number}`)}Content-Type: multipart/mixed; boundary="m${number}"\r\n\r\n` +
      `--m${number}\r\nContent-Type: text/plain\r\n\r\n${paragraph(number, 3)}` +
      `--m${number}\r\nContent-Type: application/octet-stream; name="r${number}.bin"\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename="r${number}.bin"\r\n\r\n` +
      `${Buffer.alloc(57 * ((number % 50) + 1), number % 256)
        .toString('base64')
        .replace(/.{76}/g, '$&\r\n')}\r\n--m${number}--\r\n`,
  )
