/*
 * `npm run demo`: the main job on a throw-away server, each step with the command that an administrator types.
 * Exits with 0 only if every check succeeds.
 */
import 'reflect-metadata'
import { createHash, webcrypto } from 'node:crypto'
import path from 'node:path'
import * as x509 from '@peculiar/x509'
import { replacePrivateFile } from '../../core/private-files.ts'
import { DAY, MINUTE } from '../../core/time.ts'
import { exchangeOnline } from '../../core/well-known/exchange-online.ts'
import { Narrator } from './narrator.ts'
import { type RunOutcome, Stage } from './stage.ts'

/** A longer list in a result is printed as the number of its entries. */
const MOST_SHOWN = 5
const MAILBOX = 'kim.akers@contoso.test'

const tell = new Narrator()
const stage = await Stage.open('exchange-online')
try {
  await story()
} finally {
  await stage.close()
}
process.exit(tell.end())

async function story(): Promise<void> {
  tell.chapter('A mailbox with mail in it')
  await type('New-Mailbox', '-Shared', '-Name', 'Kim Akers', '-PrimarySmtpAddress', MAILBOX)
  const imported = await type('import', MAILBOX, 'samples')
  tell.check('every sample message was imported', imported.code === 0)

  tell.chapter('An app is registered, with a secret and a service principal')
  const app = await typeFor<{ id: string; appId: string }>('New-MgApplication', '-DisplayName', 'Mail fetcher')
  const secret = await typeFor<{ secretText: string }>('Add-MgApplicationPassword', '-ApplicationId', app.id)
  const principal = await typeFor<{ id: string }>('New-MgServicePrincipal', '-AppId', app.appId)
  const program = { CLIENT_ID: app.appId, CLIENT_SECRET: secret.secretText, MAILBOX }

  tell.chapter('It gets a token, but a token without roles')
  const bare = await type('token', '--client-id', app.appId, '--client-secret', secret.secretText)
  tell.check('a token was issued', bare.code === 0)
  tell.check('the token has no roles', /roles +none/.test(bare.stdout))

  tell.chapter('An administrator consents to the roles')
  await consent(principal.id)

  tell.chapter('The program still cannot sign in: Exchange does not know its service principal')
  const refused = await run('imap', program)
  tell.check(
    'IMAP answers NO AUTHENTICATE failed., and no more',
    refused.code === 1 && /AUTHENTICATE failed/.test(refused.stderr),
  )
  const why = await type('explain')
  tell.check(
    'the explanation names the check: exchangeServicePrincipal',
    why.stdout.includes('exchangeServicePrincipal'),
  )
  tell.check('and the command that fixes it: New-ServicePrincipal', why.stdout.includes('New-ServicePrincipal'))

  tell.chapter('The administrator runs these commands')
  await type('New-ServicePrincipal', '-AppId', app.appId, '-ObjectId', principal.id)
  await type('Add-MailboxPermission', '-Identity', MAILBOX, '-User', principal.id, '-AccessRights', 'FullAccess')

  tell.chapter('The same program, unchanged, reads the mailbox over IMAP4 and POP3')
  const listed = await run('imap', program)
  tell.check('IMAP lists every message', listed.code === 0 && listed.stdout.trim().split('\n').length >= 12)
  const popped = await run('pop3', program)
  tell.check('POP3 counts them', popped.code === 0 && /^\d+ messages/.test(popped.stdout))

  tell.chapter('The program signs in with a certificate instead of the secret')
  const certified = await registerCertificate(app.id)
  const byCertificate = await run('pop3', { ...program, CLIENT_SECRET: '', ...certified })
  tell.check('the certificate works', byCertificate.code === 0)

  tell.chapter('A password does not open the mailbox')
  const password = await run('password', { ...program, PASSWORD: 'Summer2022!' })
  tell.check('LOGIN is refused', password.code === 1)
  const basic = await type('explain')
  tell.check('the explanation says why', /password|basic auth/i.test(basic.stdout))

  tell.chapter('The permission is revoked, and the open connection ends')
  await revoke(program, principal.id)
}

async function consent(principal: string): Promise<void> {
  const filter = `appId eq '${exchangeOnline.appId}'`
  const [exchange] = await typeFor<{ id: string; appRoles: { id: string; value: string }[] }[]>(
    'Get-MgServicePrincipal',
    '-Filter',
    filter,
  )
  for (const value of ['IMAP.AccessAsApp', 'POP.AccessAsApp']) {
    const role = exchange!.appRoles.find((it) => it.value === value)!
    const given = await type(
      'New-MgServicePrincipalAppRoleAssignment',
      '-ServicePrincipalId',
      principal,
      '-PrincipalId',
      principal,
      '-ResourceId',
      exchange!.id,
      '-AppRoleId',
      role.id,
    )
    tell.check(`${value} is assigned`, given.code === 0)
  }
}

async function registerCertificate(application: string): Promise<Record<string, string>> {
  const made = await makeCertificate(stage.folder)
  const keys = JSON.stringify([{ type: 'AsymmetricX509Cert', usage: 'Verify', key: made.base64 }])
  await type('Update-MgApplication', '-ApplicationId', application, '-KeyCredentials', keys)
  return { CERTIFICATE: made.certificateFile, PRIVATE_KEY: made.keyFile, THUMBPRINT: made.thumbprint }
}

async function revoke(program: Record<string, string>, principal: string): Promise<void> {
  tell.ran('node mail-program.ts watch &')
  const watching = stage.leaveRunning('watch', program)
  await watching.said('open')
  const ended = watching.said('ended by the server').then(() => performance.now())
  await type(
    'Remove-MailboxPermission',
    '-Identity',
    MAILBOX,
    '-User',
    principal,
    '-AccessRights',
    'FullAccess',
    '-Confirm:$false',
  )
  const back = performance.now()
  const late = (await ended) - back
  watching.end()
  const when = late <= 0 ? 'before the command returned' : `${Math.round(late)} ms after the command returned`
  tell.check(`the open connection ended ${when}`, late < 1000)
  const again = await run('imap', program)
  tell.check('the program cannot sign in any more', again.code === 1)
}

/** Runs a command, and prints what a person sees. */
async function type(...words: string[]): Promise<RunOutcome> {
  tell.typed(words.map(shortened))
  const outcome = await stage.postern(...words)
  tell.printed(outcome.stdout + outcome.stderr)
  return outcome
}

/** Runs a command with `--json`, for values that later steps need. */
async function typeFor<T>(...words: string[]): Promise<T> {
  tell.typed([...words.map(shortened), '--json'])
  const outcome = await stage.postern(...words, '--json')
  if (outcome.code !== 0) throw new Error(`${words[0]}: ${outcome.stderr}`)
  const value = JSON.parse(outcome.stdout) as T
  tell.printed(JSON.stringify(shownOf(value), undefined, 1))
  return value
}

async function run(job: string, settings: Record<string, string>): Promise<RunOutcome> {
  tell.ran(`node mail-program.ts ${job}`)
  const outcome = await stage.program(job, settings)
  tell.printed(outcome.stdout + outcome.stderr)
  return outcome
}

/** A list of all app roles would fill the screen: the story needs two of them. */
function shownOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shownOf)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      Array.isArray(inner) && inner.length > MOST_SHOWN ? `(${inner.length} entries)` : inner,
    ]),
  )
}

function shortened(word: string): string {
  return word.length > 90 ? `${word.slice(0, 80)}…` : word
}

/** A self-signed certificate for a program, and its key, in `folder`. */
async function makeCertificate(folder: string) {
  const algorithm = {
    name: 'RSASSA-PKCS1-v1_5',
    hash: 'SHA-256',
    publicExponent: new Uint8Array([1, 0, 1]),
    modulusLength: 2048,
  }
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const made = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=Mail fetcher',
    notBefore: new Date(Date.now() - MINUTE),
    notAfter: new Date(Date.now() + 90 * DAY),
    signingAlgorithm: algorithm,
    keys,
  })
  const certificateFile = path.join(folder, 'app.pem')
  const keyFile = path.join(folder, 'app.key')
  await replacePrivateFile(certificateFile, made.toString('pem'))
  const key = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)
  await replacePrivateFile(keyFile, x509.PemConverter.encode(key, 'PRIVATE KEY'))
  const der = Buffer.from(made.rawData)
  return {
    certificateFile,
    keyFile,
    base64: der.toString('base64'),
    thumbprint: createHash('sha256').update(der).digest('hex').toUpperCase(),
  }
}
