import { Jobs } from '../core/jobs.ts'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect as dial, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type TestCertificate, makeCertificate } from '../../test/support/certificates.ts'
import { TestWorld } from '../../test/support/world.ts'
import { DAY, HOUR, MINUTE } from '../core/time.ts'
import { type Log, silentLog } from '../core/log.ts'
import { readConfig } from './config.ts'
import { LiveTls } from './live-tls.ts'
import { serverTls } from './certificates.ts'
import { type PosternServer, startServer } from './server.ts'

const now = new TestWorld().now()
let dir: string
beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'postern-live-'))
})
afterEach(() => rm(dir, { recursive: true }))

const files = () => ({ certificate: path.join(dir, 'own.pem'), key: path.join(dir, 'own.key') })
const put = async ({ pem, privatePem }: Pick<TestCertificate, 'pem' | 'privatePem'>): Promise<void> => {
  await writeFile(files().certificate, pem)
  await writeFile(files().key, privatePem)
}

/** Resolves with the first thing that is logged from here on, at any level. */
function listening(): { log: Log; next: () => Promise<{ fields: object; text: string }> } {
  let heard = Promise.withResolvers<{ fields: object; text: string }>()
  const say = (fields: object, text: string): void => heard.resolve({ fields, text })
  const log: Log = { ...silentLog, info: say, error: say, child: () => log }
  return {
    log,
    next() {
      heard = Promise.withResolvers()
      return heard.promise
    },
  }
}

const opened = (world: TestWorld, log: Log) =>
  LiveTls.open(() => serverTls({ dir, ...files(), names: ['localhost'], world }), { world, log })

describe('the certificate that is presented', () => {
  it('is the new one once the files have it', async () => {
    const [one, two] = [await makeCertificate({ now }), await makeCertificate({ now })]
    await put(one)
    const world = new TestWorld()
    const { log, next } = listening()
    const tls = await opened(world, log)
    const before = tls.context
    const jobs = new Jobs(world)
    jobs.start([tls.job(60_000)])
    const said = next()
    await put(two)
    world.advance(MINUTE)
    expect(await said).toMatchObject({ text: 'A new certificate is in use' })
    expect(tls.options.cert).toBe(two.pem)
    expect(tls.context).not.toBe(before)
    await jobs.close()
    // Nothing is looked at any more.
    await put(one)
    world.advance(HOUR)
    expect(tls.options.cert).toBe(two.pem)
  })

  it('stays the old one while the new one is no good, and that is said once', async () => {
    const [one, two] = [await makeCertificate({ now }), await makeCertificate({ now })]
    await put(one)
    const world = new TestWorld()
    const said: string[] = []
    const tls = await opened(world, {
      ...silentLog,
      error: (fields) => said.push((fields as { reason: string }).reason),
    })
    const bad = {
      'a key of another': { pem: two.pem, privatePem: one.privatePem },
      'no certificate': { pem: 'nothing', privatePem: two.privatePem },
      'one that has ended': await makeCertificate({ now, starts: now - 2000, ends: now - 1000 }),
    }
    for (const [kind, pair] of Object.entries(bad)) {
      await put(pair)
      await tls.look()
      await tls.look()
      expect(tls.options.cert, kind).toBe(one.pem)
    }
    await rm(files().key)
    await tls.look()
    expect(tls.options.cert).toBe(one.pem)
    expect(said).toHaveLength(4)
    await put(two)
    await tls.look()
    expect(tls.options.cert).toBe(two.pem)
  })

  it('of the local authority is renewed before it ends', async () => {
    const world = new TestWorld()
    const local = { dir, certificate: '', key: '', names: ['localhost'], world }
    const tls = await LiveTls.open(() => serverTls(local), { world, log: silentLog })
    const first = tls.options.cert
    world.advance(300 * DAY)
    await tls.look()
    expect(tls.options.cert).toBe(first)
    world.advance(80 * DAY)
    await tls.look()
    expect(tls.options.cert).not.toBe(first)
  })
})

describe('every listener', () => {
  let server: PosternServer
  let world: TestWorld
  let said: ReturnType<typeof listening>
  let one: TestCertificate
  beforeEach(async () => {
    one = await makeCertificate({ now })
    await put(one)
    world = new TestWorld()
    said = listening()
    const { certificate, key } = files()
    const settings = readConfig({ flags: { port_base: 'auto', tls: { certificate, key, look_seconds: 5 } } })
    server = await startServer({ dataDir: path.join(dir, 'data'), settings, world, log: said.log })
  })
  afterEach(async () => {
    const closed = server.close()
    // Nobody here takes their leave.
    world.advance(MINUTE)
    await closed
  })

  it('presents the new certificate, and keeps open connections', async () => {
    const { ports } = server.ready
    const doors: [string, () => Promise<TLSSocket>][] = [
      ['https', () => secured(ports.https!)],
      ['imaps', () => secured(ports.imaps!)],
      ['pop3s', () => secured(ports.pop3s!)],
      ['submissions', () => secured(ports.submissions!)],
      ['imap', () => turned(ports.imap!, 'a STARTTLS', /^a OK /m)],
      ['pop3', () => turned(ports.pop3!, 'STLS', /^\+OK Begin/m)],
      ['submission', () => turned(ports.submission!, 'STARTTLS', /^220 2/m)],
    ]
    const before = await shown(doors)
    expect(before).toEqual(doors.map(([name]) => [name, fingerprint(one)]))
    const there = await secured(ports.imaps!)
    const two = await makeCertificate({ now })
    await put(two)
    const taken = said.next()
    world.advance(5000)
    await taken
    expect(await shown(doors)).toEqual(doors.map(([name]) => [name, fingerprint(two)]))
    const answered = hears(there, /^a OK /m)
    there.write('a NOOP\r\n')
    await answered
    there.destroy()
  })

  it.each(['https', 'imaps', 'pop3s', 'submissions'] as const)('speaks TLS 1.2 and no older one: %s', async (name) => {
    const port = server.ready.ports[name]!
    const modern = await secured(port, { maxVersion: 'TLSv1.2' })
    expect(modern.getProtocol()).toBe('TLSv1.2')
    modern.destroy()
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const
    await expect(secured(port, old)).rejects.toThrow(/protocol version|unsupported protocol/i)
  })

  it('speaks no older one after STARTTLS either', async () => {
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const
    await expect(turned(server.ready.ports.imap!, 'a STARTTLS', /^a OK /m, old)).rejects.toThrow(
      /protocol version|unsupported protocol/i,
    )
  })
})

const fingerprint = ({ sha256 }: TestCertificate): string => sha256.toString('hex')

async function shown(doors: readonly [string, () => Promise<TLSSocket>][]): Promise<[string, string][]> {
  const found: [string, string][] = []
  for (const [name, open] of doors) {
    const socket = await open()
    found.push([name, socket.getPeerX509Certificate()!.fingerprint256.replaceAll(':', '').toLowerCase()])
    socket.destroy()
  }
  return found
}

const secured = (port: number, options: ConnectionOptions = {}): Promise<TLSSocket> =>
  new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ...options })
    socket.on('error', reject).once('secureConnect', () => resolve(socket))
  })

async function turned(
  port: number,
  command: string,
  said: RegExp,
  options: ConnectionOptions = {},
): Promise<TLSSocket> {
  const plain = dial(port, '127.0.0.1')
  await hears(plain, /\r\n/)
  const goesOn = hears(plain, said)
  plain.write(`${command}\r\n`)
  await goesOn
  return secured(port, { socket: plain, ...options })
}

const hears = (socket: Socket, what: RegExp): Promise<void> =>
  new Promise((resolve, reject) => {
    let text = ''
    const hear = (chunk: Buffer): void => {
      text += chunk.toString('latin1')
      if (!what.test(text)) return
      socket.off('data', hear)
      resolve()
    }
    socket.on('data', hear).once('error', reject)
  })
