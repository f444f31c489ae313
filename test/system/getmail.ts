import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type Outcome, run } from '../support/server-process.ts'

interface GetmailOptions {
  /** IMAP over TLS. */
  readonly port: number
  readonly mailbox: string
  readonly token: string
  /** File with the authority to trust. */
  readonly ca: string
}

/** Fetches the inbox by getmail into a Maildir; returns what it delivered, which can have a message twice. */
export async function fetchByGetmail(options: GetmailOptions): Promise<{ outcome: Outcome; messages: Buffer[] }> {
  // getmail refuses to deliver as root, and nobody may not look into another's folder.
  const folder = mkdtempSync(path.join(tmpdir(), 'postern-getmail-'))
  const user = process.getuid!() === 0 ? { uid: 65_534, gid: 65_534 } : {}
  for (const part of ['cur', 'new', 'tmp']) mkdirSync(path.join(folder, 'mail', part), { recursive: true })
  copyFileSync(options.ca, path.join(folder, 'ca.pem'))
  writeFileSync(path.join(folder, 'token'), options.token)
  writeFileSync(
    path.join(folder, 'getmailrc'),
    [
      '[retriever]',
      'type = SimpleIMAPSSLRetriever',
      'server = localhost',
      `port = ${options.port}`,
      `username = ${options.mailbox}`,
      'use_xoauth2 = True',
      `password_command = ("cat", "${folder}/token")`,
      `ca_certs = ${folder}/ca.pem`,
      // It waits for so many seconds where a child that delivers a message is quicker than it, and takes that for an
      // error.
      'timeout = 2',
      'mailboxes = ("INBOX",)',
      '[destination]',
      'type = Maildir',
      `path = ${folder}/mail/`,
      '[options]',
      'delivered_to = false',
      'received = false',
      'verbose = 0',
      'read_all = false',
      '',
    ].join('\n'),
  )
  if ('uid' in user) await run('chown', ['-R', '65534:65534', folder])
  const words = ['--getmaildir', folder, '--rcfile', 'getmailrc', '--quiet']
  const settings = { ...user, env: { HOME: folder }, cwd: folder, timeout: 240_000 }
  let outcome = await run('getmail', words, settings)
  // It fetches messages again that it takes for not delivered.
  for (let again = 0; again < 8 && outcome.code !== 0; again++) outcome = await run('getmail', words, settings)
  const delivered = path.join(folder, 'mail', 'new')
  const messages = readdirSync(delivered).map((name) => readFileSync(path.join(delivered, name)))
  rmSync(folder, { recursive: true })
  return { outcome, messages }
}
