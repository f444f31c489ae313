import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ImapClient } from '../../bench/clients/imap.ts'
import { Pop3Client } from '../../bench/clients/pop3.ts'
import { SmtpClient } from '../../bench/clients/smtp.ts'
import { Administration, type Credential } from '../../bench/targets/administration.ts'
import { MINUTE } from '../../src/core/time.ts'
import { type Log, silentLog } from '../../src/core/log.ts'
import { realWorld, type World } from '../../src/core/world.ts'
import type { UserId } from '../../src/core/ids.ts'
import { VerifiedPasswords } from '../../src/domain/directory/people/passwords.ts'
import { readConfig } from '../../src/programs/config.ts'
import { startServer } from '../../src/programs/server.ts'
import { issuerKeys } from '../../src/protocols/entra/client-authentication/issuer-keys.ts'
import { DeviceCodeThrottle } from '../../src/protocols/entra/people/browser-request.ts'
import { TestWorld } from '../support/world.ts'

const ADA = 'ada@contoso.test'
const BOB = 'bob@contoso.test'
const OUTLOOK = 'https://outlook.office365.com/.default'
const DAY = 24 * 60 * 60 * 1000
const message = (subject: string): Buffer =>
  Buffer.from(`From: ${ADA}\r\nTo: ${BOB}\r\nSubject: ${subject}\r\n\r\nhello\r\n`)

const subjects = async (client: ImapClient): Promise<number> =>
  (await client.run('FETCH 1:* (BODY.PEEK[HEADER.FIELDS (SUBJECT)])')).untagged

/** A running server, and what a program does on it. */
async function open() {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'postern-clock-'))
  let ahead = 0
  const world: World = { ...realWorld, now: () => Date.now() + ahead }
  const errors: unknown[] = []
  const log: Log = { ...silentLog, error: (...about) => void errors.push(about), child: () => log }
  const settings = readConfig({
    flags: { port_base: 'auto', profile: 'standards', 'auth.plaintext_on_loopback': true },
  })
  const server = await startServer({ dataDir, settings, world, log })
  const { ready } = server
  const ca = await readFile(ready.ca, 'utf8')
  const secret = (await readFile(ready.admin.client_secret_file, 'utf8')).trim()
  const clients: ImapClient[] = []
  onTestFinished(async () => {
    for (const client of clients) client.drop()
    await server.close()
    await rm(dataDir, { recursive: true })
  })
  const place = (name: 'imap' | 'pop3' | 'submission') => ({ host: '127.0.0.1', port: ready.ports[name]! })
  /** An administrator who has no token yet. */
  async function asAdministrator<T>(work: (administration: Administration) => Promise<T>): Promise<T> {
    const administration = new Administration(ready, ca, secret)
    try {
      return await work(administration)
    } finally {
      administration.close()
    }
  }
  const signIn = async (token: string): Promise<ImapClient> => {
    const client = await ImapClient.signIn(place('imap'), ADA, token)
    clients.push(client)
    return client
  }
  /** Everything that a program does, with a token of this moment. */
  async function work(app: Credential, name: string): Promise<string> {
    const token = await asAdministrator((administration) => administration.token(app, OUTLOOK))
    const imap = await signIn(token)
    await imap.run('SELECT INBOX')
    await imap.append('INBOX', [message(name)])
    expect((await imap.run(`SEARCH SUBJECT "${name}" SENTSINCE 1-Jan-1990`)).text).toMatch(/^OK/)
    await imap.run('STORE 1 +FLAGS (\\Flagged)')
    const smtp = await SmtpClient.signIn(place('submission'), ADA, token)
    await smtp.send(ADA, BOB, message(`${name}, submitted`))
    await smtp.quit()
    const pop3 = await Pop3Client.signIn(place('pop3'), BOB, token)
    expect(await pop3.run('STAT')).toMatch(/^\+OK/)
    await pop3.quit()
    await asAdministrator((administration) => administration.provision(`App ${name}`, [`${name}@contoso.test`]))
    return token
  }
  const jump = (milliseconds: number): void => {
    ahead += milliseconds
  }
  return { jump, errors, asAdministrator, signIn, work }
}

it('a clock that jumps a day ahead and back ends no session, refuses no good token and loses nothing', async () => {
  const { jump, errors, asAdministrator, signIn, work } = await open()
  const app = await asAdministrator((administration) => administration.provision('Mailer', [ADA, BOB]))
  const before = await work(app, 'before')
  const session = await signIn(before)
  await session.run('SELECT INBOX')

  jump(DAY)
  expect((await session.run('NOOP')).text).toMatch(/^OK/)
  await expect(signIn(before)).rejects.toThrow(/^NO/)
  const ahead = await work(app, 'ahead')

  jump(-DAY)
  expect((await session.run('NOOP')).text).toMatch(/^OK/)
  await work(app, 'back')
  // It is good from tomorrow on.
  await expect(signIn(ahead)).rejects.toThrow(/^NO/)
  const again = await signIn(before)
  await again.run('SELECT INBOX')
  expect(await subjects(again)).toBe(3)

  // The secret of the app is of tomorrow now; a session that is open goes on.
  jump(-DAY)
  expect((await session.run('NOOP')).text).toMatch(/^OK/)
  await session.append('INBOX', [message('yesterday')])
  await session.run('NOOP')
  expect(await subjects(session)).toBe(4)
  expect(errors).toEqual([])
}, 120_000)

/** A test world, and the clock that people can set. */
function worldWithClock() {
  const inner = new TestWorld()
  let ahead = 0
  const world: World = {
    now: () => inner.now() + ahead,
    elapsed: () => inner.elapsed(),
    bytes: (count) => inner.bytes(count),
    guid: () => inner.guid(),
    after: (milliseconds, run) => inner.after(milliseconds, run),
  }
  return { world, advance: (milliseconds: number) => inner.advance(milliseconds), setBack: () => void (ahead -= DAY) }
}

describe('a clock that is set back a day', () => {
  it('does not lock a network out of device codes for that day', () => {
    const { world, advance, setBack } = worldWithClock()
    const throttle = new DeviceCodeThrottle(world)
    for (let guess = 0; guess < 20; guess += 1) throttle.wrong('192.0.2.1')
    setBack()
    expect(throttle.tooMany('192.0.2.1')).toBe(true)
    advance(15 * MINUTE)
    expect(throttle.tooMany('192.0.2.1')).toBe(false)
  })

  it('does not keep a verified password for that day', () => {
    const { world, advance, setBack } = worldWithClock()
    const passwords = new VerifiedPasswords(world)
    passwords.add('ada' as UserId, 'hash', 'password')
    setBack()
    expect(passwords.has('ada' as UserId, 'hash', 'password')).toBe(true)
    advance(60 * MINUTE)
    expect(passwords.has('ada' as UserId, 'hash', 'password')).toBe(false)
  })

  it('does not stop the search for the keys of an external issuer', async () => {
    const { world, advance, setBack } = worldWithClock()
    let fetches = 0
    const keys = issuerKeys({ world, fetch: () => Promise.reject(new Error(`fetch ${(fetches += 1)}`)) })
    await expect(keys.find('https://issuer.test', 'kid')).rejects.toThrow('fetch 1')
    setBack()
    advance(MINUTE)
    await expect(keys.find('https://issuer.test', 'kid')).rejects.toThrow('fetch 2')
  })
})
