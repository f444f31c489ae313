/*
 * The mail program of the demo: it uses common libraries, and reads its configuration from the environment.
 * It knows nothing of Postern. `node mail-program.ts imap|pop3|watch|password`
 */
import { readFileSync } from 'node:fs'
import { ConfidentialClientApplication } from '@azure/msal-node'
import { ImapFlow } from 'imapflow'
import Pop3Command from 'node-pop3'

const setting = (name: string): string => process.env[name] ?? ''
const authority = setting('AUTHORITY')
const mailbox = setting('MAILBOX')
const tls = { ca: readFileSync(setting('NODE_EXTRA_CA_CERTS')) }

async function token(): Promise<string> {
  const certificate = setting('CERTIFICATE')
  const credential = certificate
    ? {
        clientCertificate: {
          thumbprintSha256: setting('THUMBPRINT'),
          privateKey: readFileSync(setting('PRIVATE_KEY'), 'utf8'),
          x5c: readFileSync(certificate, 'utf8'),
        },
      }
    : { clientSecret: setting('CLIENT_SECRET') }
  const client = new ConfidentialClientApplication({
    auth: { clientId: setting('CLIENT_ID'), authority, knownAuthorities: [new URL(authority).host], ...credential },
  })
  const answer = await client.acquireTokenByClientCredential({ scopes: ['https://outlook.office365.com/.default'] })
  return answer!.accessToken
}

const imap = (auth: { accessToken: string } | { pass: string }): ImapFlow =>
  new ImapFlow({
    host: 'localhost',
    port: Number(setting('IMAPS_PORT')),
    secure: true,
    tls,
    logger: false,
    auth: { user: mailbox, ...auth },
  })

async function listOverImap(): Promise<void> {
  const client = imap({ accessToken: await token() })
  await client.connect()
  const lock = await client.getMailboxLock('INBOX')
  for await (const message of client.fetch('1:*', { envelope: true, size: true })) {
    const { envelope } = message
    console.log(`${String(message.uid).padStart(3)}  ${from(envelope?.from?.[0])}  ${envelope?.subject}`)
  }
  lock.release()
  await client.logout()
}

async function listOverPop3(): Promise<void> {
  const client = new Pop3Command({
    user: mailbox,
    password: '',
    host: 'localhost',
    port: Number(setting('POP3S_PORT')),
    tls: true,
    tlsOptions: tls,
  })
  await client.connect()
  await client.command('AUTH', 'XOAUTH2', xoauth2(await token()))
  const sizes = await client.LIST()
  console.log(`${sizes.length} messages, ${sizes.reduce((sum, row) => sum + Number(row[1]), 0)} octets`)
  await client.QUIT()
}

/** Stays connected, and prints when the server ends the connection. */
async function watch(): Promise<void> {
  const client = imap({ accessToken: await token() })
  const started = new Promise<number>((resolve) => {
    client.on('close', () => resolve(Date.now()))
    client.on('error', () => {})
  })
  await client.connect()
  await client.mailboxOpen('INBOX')
  console.log('open')
  await started
  console.log('ended by the server')
}

async function tryPassword(): Promise<void> {
  await imap({ pass: setting('PASSWORD') }).connect()
}

const xoauth2 = (accessToken: string): string =>
  Buffer.from(`user=${mailbox}\x01auth=Bearer ${accessToken}\x01\x01`).toString('base64')

const from = (who: { name?: string | undefined; address?: string | undefined } | undefined): string =>
  (who?.name || who?.address || '').padEnd(22)

const jobs: Record<string, () => Promise<void>> = {
  imap: listOverImap,
  pop3: listOverPop3,
  watch,
  password: tryPassword,
}
/** Exits after the output has been written: a pipe can be slow. */
const end = (code: number): void => void process.stdout.write('', () => process.exit(code))

try {
  await jobs[process.argv[2]!]!()
  end(0)
} catch (thrown) {
  const { responseText, message } = thrown as Error & { responseText?: string }
  console.error(responseText ?? message)
  end(1)
}
