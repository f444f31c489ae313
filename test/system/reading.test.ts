import { createHash, X509Certificate } from 'node:crypto'
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ServerProcess, type Outcome, type Provisioned, provision, run } from '../support/server-process.ts'
import { available } from './browser.ts'
import { fetchByGetmail } from './getmail.ts'

const COUNT = 1000
const SCOPE = 'https://outlook.office365.com/.default'
/** Debian's own Python, the one that Debian's packages install into. */
const python = '/usr/bin/python3'

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

const said = (outcome: Outcome): unknown => {
  expect(outcome.stderr).toBe('')
  return JSON.parse(outcome.stdout)
}

describe.each(['exchange-online', 'standards'])('a mailbox of 1,000 messages (%s)', (profile) => {
  let checkout: ServerProcess
  let app: Provisioned
  let token: string
  let expected: string[]

  beforeAll(async () => {
    checkout = await ServerProcess.start(['--profile', profile])
    app = await provision(checkout, COUNT)
    expected = app.letters.map(digest)
    token = await fetchToken(['--client-secret', app.secret])
  })
  afterAll(() => checkout.close())

  const fetchToken = async (credential: string[]): Promise<string> => {
    const words = ['token', '--client-id', app.clientId, ...credential, '--scope', SCOPE, '--raw']
    const outcome = await checkout.postern(...words)
    expect(outcome.stderr).toBe('')
    return outcome.stdout.trim()
  }

  const client = (file: string, job: string, env: Record<string, string> = {}): Promise<Outcome> => {
    const { ready } = checkout
    const settings = {
      MAILBOX: app.mailbox,
      TOKEN: token,
      CA: ready.ca,
      IMAP: String(ready.ports.imap),
      IMAPS: String(ready.ports.imaps),
      POP3: String(ready.ports.pop3),
      POP3S: String(ready.ports.pop3s),
      CLIENT_ID: app.clientId,
      AUTHORITY: `${ready.https}/${ready.tenant.id}`,
      // Where it is set, requests prefers it over what MSAL is told.
      REQUESTS_CA_BUNDLE: ready.ca,
      ...env,
    }
    return run(python, [path.join(import.meta.dirname, 'clients', file), job], { env: settings })
  }

  const hasPython = available('Python’s imaplib and poplib', python)
  it.runIf(hasPython)('is read by imaplib, every octet', async () => {
    expect(said(await client('standard_library.py', 'imap'))).toEqual(expected)
  })
  it.runIf(hasPython)('is opened by imaplib after STARTTLS', async () => {
    expect(said(await client('standard_library.py', 'starttls'))).toBe(COUNT)
  })
  it.runIf(hasPython)('is read by poplib, every octet', async () => {
    const octets = app.letters.reduce((sum, it) => sum + it.length, 0)
    expect(said(await client('standard_library.py', 'pop'))).toEqual({ digests: expected, octets, unique: COUNT })
  })
  it.runIf(hasPython)('is opened by poplib after STLS', async () => {
    expect(said(await client('standard_library.py', 'stls'))).toBe(COUNT)
  })

  it.runIf(available('MSAL for Python', python, ['-c', 'import msal']))(
    'opens to tokens of MSAL for Python',
    async () => {
      const bySecret = await client('msal_token.py', '', { CLIENT_SECRET: app.secret })
      expect(bySecret).toMatchObject({ code: 0, stderr: '' })
      const thumbprint = new X509Certificate(readFileSync(app.certificate.pem)).fingerprint.replaceAll(':', '')
      const byCertificate = await client('msal_token.py', '', {
        CERTIFICATE: app.certificate.pem,
        PRIVATE_KEY: app.certificate.key,
        THUMBPRINT: thumbprint,
      })
      expect(byCertificate).toMatchObject({ code: 0, stderr: '' })
      for (const { stdout } of [bySecret, byCertificate]) {
        expect(said(await client('standard_library.py', 'starttls', { TOKEN: stdout.trim() }))).toBe(COUNT)
      }
    },
  )

  it('opens to MSAL for Node and imapflow, with secret and certificate', async () => {
    const program = path.resolve(import.meta.dirname, '../../src/programs/demo/mail-program.ts')
    const { ready } = checkout
    const thumbprint = new X509Certificate(readFileSync(app.certificate.pem)).fingerprint256.replaceAll(':', '')
    const settings = {
      NODE_EXTRA_CA_CERTS: ready.ca,
      AUTHORITY: `${ready.https}/${ready.tenant.id}`,
      IMAPS_PORT: String(ready.ports.imaps),
      POP3S_PORT: String(ready.ports.pop3s),
      CLIENT_ID: app.clientId,
      MAILBOX: app.mailbox,
    }
    const certificate = { CERTIFICATE: app.certificate.pem, PRIVATE_KEY: app.certificate.key, THUMBPRINT: thumbprint }
    for (const credential of [{ CLIENT_SECRET: app.secret }, certificate]) {
      const listed = await run(process.execPath, [program, 'imap'], { env: { ...settings, ...credential } })
      expect(listed.stderr).toBe('')
      expect(listed.stdout.trim().split('\n')).toHaveLength(COUNT)
      const popped = await run(process.execPath, [program, 'pop3'], { env: { ...settings, ...credential } })
      expect(popped.stdout).toContain(`${COUNT} messages`)
    }
  })

  it.runIf(available('curl', 'curl'))('is read by curl over IMAP and POP3', async () => {
    const { ports, ca } = checkout.ready
    const common = ['--silent', '--show-error', '--cacert', ca, '--user', app.mailbox, '--oauth2-bearer', token]
    for (const [number, url] of [
      [0, `imaps://localhost:${ports.imaps}/INBOX;UID=1`],
      [999, `imaps://localhost:${ports.imaps}/INBOX;UID=1000`],
      [0, `pop3s://localhost:${ports.pop3s}/1`],
      [700, `pop3s://localhost:${ports.pop3s}/701`],
    ] as const) {
      const file = path.join(checkout.folder, 'curl.out')
      expect(await run('curl', [...common, '--output', file, url])).toMatchObject({ code: 0, stderr: '' })
      expect(digest(readFileSync(file)), url).toBe(expected[number])
    }
  })

  it.runIf(available('mbsync', 'mbsync'))('is mirrored by mbsync, every octet', async () => {
    const folder = path.join(checkout.folder, 'mbsync')
    mkdirSync(path.join(folder, 'mail'), { recursive: true })
    writeFileSync(path.join(folder, 'token'), token)
    writeFileSync(
      path.join(folder, 'rc'),
      [
        'IMAPAccount postern',
        'Host localhost',
        `Port ${checkout.ready.ports.imaps}`,
        `User ${app.mailbox}`,
        `PassCmd "cat ${folder}/token"`,
        'AuthMechs XOAUTH2',
        'TLSType IMAPS',
        `CertificateFile ${checkout.ready.ca}`,
        '',
        'IMAPStore far',
        'Account postern',
        '',
        'MaildirStore near',
        `Path ${folder}/mail/`,
        `Inbox ${folder}/mail/INBOX`,
        '',
        'Channel inbox',
        'Far :far:',
        'Near :near:',
        'Patterns INBOX',
        'Create Near',
        'Sync Pull',
        `SyncState ${folder}/state-`,
        '',
      ].join('\n'),
    )
    const synced = await run('mbsync', ['-c', path.join(folder, 'rc'), 'inbox'])
    expect(synced.code, synced.stderr).toBe(0)
    expect(maildir(path.join(folder, 'mail', 'INBOX'))).toEqual(lineEnded(app.letters))
  })

  it.runIf(available('getmail', 'getmail'))(
    'is fetched by getmail',
    async () => {
      const { outcome, messages } = await fetchByGetmail({
        port: checkout.ready.ports.imaps!,
        mailbox: app.mailbox,
        token,
        ca: checkout.ready.ca,
      })
      expect(outcome.code, outcome.stderr + outcome.stdout).toBe(0)
      expect(new Set(messages.map(digest)).size).toBe(COUNT)
    },
    300_000,
  )

  it.runIf(available('mpop', 'mpop'))('is fetched by mpop, every octet', async () => {
    const folder = path.join(checkout.folder, 'mpop')
    for (const part of ['cur', 'new', 'tmp']) mkdirSync(path.join(folder, 'mail', part), { recursive: true })
    writeFileSync(path.join(folder, 'token'), token)
    writeFileSync(
      path.join(folder, 'rc'),
      [
        'account postern',
        'host localhost',
        `port ${checkout.ready.ports.pop3s}`,
        'tls on',
        'tls_starttls off',
        `tls_trust_file ${checkout.ready.ca}`,
        'auth xoauth2',
        `user ${app.mailbox}`,
        `passwordeval "cat ${folder}/token"`,
        `delivery maildir ${folder}/mail`,
        `uidls_file ${folder}/uidls`,
        'keep on',
        'received_header off',
        '',
      ].join('\n'),
    )
    chmodSync(path.join(folder, 'rc'), 0o600)
    const fetched = await run('mpop', ['--quiet', `--file=${folder}/rc`, 'postern'])
    expect(fetched.code, fetched.stderr + fetched.stdout).toBe(0)
    expect(maildir(path.join(folder, 'mail'))).toEqual(lineEnded(app.letters))
  })
})

/** Digests of a Maildir's messages, which keeps bare line feeds, in no order. */
const maildir = (folder: string): string[] =>
  ['new', 'cur']
    .flatMap((part) => readdirSync(path.join(folder, part)).map((name) => path.join(folder, part, name)))
    .map((file) => digest(withoutOwnHeaders(readFileSync(file))))
    .sort()

const lineEnded = (letters: readonly Buffer[]): string[] =>
  letters.map((letter) => digest(Buffer.from(letter.toString('latin1').replaceAll('\r\n', '\n'), 'latin1'))).sort()

/** mbsync marks its copies with a header of its own. */
const withoutOwnHeaders = (bytes: Buffer): Buffer =>
  Buffer.from(bytes.toString('latin1').replace(/^X-TUID: .*\n/m, ''), 'latin1')
