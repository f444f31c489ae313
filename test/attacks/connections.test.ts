import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { connect as connectTls } from 'node:tls'
import { describe, expect, it, onTestFinished } from 'vitest'
import { xoauth2 } from '../../bench/clients/imap.ts'
import { Administration } from '../../bench/targets/administration.ts'
import { MINUTE } from '../../src/core/time.ts'
import { readConfig } from '../../src/programs/config.ts'
import type { ListenerName } from '../../src/programs/listener.ts'
import { type PosternServer, startServer } from '../../src/programs/server.ts'
import { type CapturedLog, capturedLog } from '../support/retirement.ts'
import { type AtEnd, openOnce, waitUntil } from '../support/lifecycle.ts'
import { RawHttpClient } from '../support/raw-http-client.ts'
import { TestWorld } from '../support/world.ts'

/** Connections for which the servers here have room. */
const ROOM = 100
const ATTACKER = '127.0.0.1'
const OTHER = '127.0.0.2'
const ADA = 'ada@contoso.test'
const OUTLOOK = 'https://outlook.office365.com/.default'

const encrypted: ReadonlySet<ListenerName> = new Set(['https', 'imaps', 'pop3s', 'submissions'])
const listeners = ['https', 'imap', 'imaps', 'pop3', 'pop3s', 'submission', 'submissions'] as const
type Line = Exclude<ListenerName, 'https'>

/** A client of a line protocol that keeps all it hears. */
class Client {
  readonly socket: Socket
  heard = ''
  isClosed = false

  constructor(socket: Socket) {
    this.socket = socket
    socket.on('data', (chunk: Buffer) => (this.heard += chunk.toString('latin1')))
    socket.on('error', () => {}).on('close', () => (this.isClosed = true))
  }

  /** Returns the text that arrives up to a match. */
  async hears(what: RegExp): Promise<string> {
    await waitUntil(() => what.test(this.heard) || this.isClosed)
    const { heard } = this
    if (!what.test(heard)) throw new Error(`The connection ended after ${JSON.stringify(heard)}`)
    this.heard = ''
    return heard
  }

  async says(line: string, what: RegExp): Promise<string> {
    this.socket.write(`${line}\r\n`)
    return this.hears(what)
  }
}

class Stage {
  readonly world: TestWorld
  readonly log: CapturedLog
  readonly #server: PosternServer
  readonly #token: string
  readonly #secret: string
  readonly #sockets = new Set<Socket>()

  private constructor(world: TestWorld, log: CapturedLog, server: PosternServer, token: string, secret: string) {
    this.world = world
    this.log = log
    this.#server = server
    this.#token = token
    this.#secret = secret
  }

  static async open(atEnd: AtEnd, flags: Record<string, unknown> = {}): Promise<Stage> {
    const dataDir = await mkdtemp(path.join(tmpdir(), 'postern-connections-'))
    // The certificate has to be good by the clock of the clients, too.
    const world = new TestWorld(Date.now())
    const log = capturedLog()
    const connections = { max: ROOM, max_per_address: 10 * ROOM, ...flags }
    const settings = readConfig({ flags: { port_base: 'auto', 'auth.plaintext_on_loopback': true, connections } })
    const server = await startServer({ dataDir, settings, world, log, isBehind: () => false })
    const { ready } = server
    const secret = (await readFile(ready.admin.client_secret_file, 'utf8')).trim()
    const administration = new Administration(ready, await readFile(ready.ca, 'utf8'), secret)
    const token = await administration.token(await administration.provision('Mailer', [ADA]), OUTLOOK)
    administration.close()
    const stage = new Stage(world, log, server, token, secret)
    atEnd(async () => {
      for (const socket of stage.#sockets) socket.destroy()
      const closed = server.close()
      world.advance(MINUTE)
      await closed
      await rm(dataDir, { recursive: true })
    })
    return stage
  }

  /** A TCP connection that says nothing, from an address of this machine. */
  dial(listener: ListenerName, localAddress: string): Socket {
    const socket = connect({ host: '127.0.0.1', port: this.#server.ready.ports[listener]!, localAddress })
    this.#sockets.add(socket)
    return socket.on('error', () => {}).on('close', () => this.#sockets.delete(socket))
  }

  /** The same, and over TLS where the listener has it. */
  secured(listener: ListenerName, localAddress: string): Socket {
    const socket = this.dial(listener, localAddress)
    return encrypted.has(listener) ? connectTls({ socket, rejectUnauthorized: false }) : socket
  }

  /** So many connections on each listener that say nothing, or only that. */
  async idle(count: number, octets?: Uint8Array, address = ATTACKER): Promise<readonly Client[]> {
    const clients: Client[] = []
    for (const listener of listeners) {
      for (let number = 0; number < count; number++) {
        const socket = this.dial(listener, address)
        const client = new Client(socket)
        clients.push(client)
        await waitUntil(() => !socket.connecting)
        if (octets && encrypted.has(listener)) socket.write(octets)
      }
    }
    return clients
  }

  async signIn(listener: Line, address: string): Promise<Client> {
    const client = new Client(this.secured(listener, address))
    const response = xoauth2(ADA, this.#token)
    if (listener.startsWith('imap')) {
      await client.hears(/^\* OK .*\r\n/)
      await client.says(`a AUTHENTICATE XOAUTH2 ${response}`, /^a OK /m)
    } else if (listener.startsWith('pop3')) {
      await client.hears(/^\+OK .*\r\n/)
      await client.says(`AUTH XOAUTH2 ${response}`, /^\+OK/)
    } else {
      await client.hears(/^220 .*\r\n/)
      await client.says('EHLO client.example', /^250 .*\r\n/m)
      await client.says(`AUTH XOAUTH2 ${response}`, /^235 /)
    }
    return client
  }

  https(address: string): RawHttpClient {
    return new RawHttpClient(0, address, this.secured('https', address))
  }

  /** The status of a token request. */
  async askForToken(client: RawHttpClient): Promise<number | undefined> {
    const { admin, tenant } = this.#server.ready
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: admin.client_id,
      client_secret: this.#secret,
      scope: OUTLOOK,
    }).toString()
    await client.send(
      `POST /${tenant.id}/oauth2/v2.0/token HTTP/1.1\r\nhost: localhost\r\n` +
        `content-type: application/x-www-form-urlencoded\r\ncontent-length: ${form.length}\r\n\r\n${form}`,
    )
    return (await client.answer())?.status
  }
}

const lines = ['imap', 'imaps', 'pop3', 'pop3s', 'submission', 'submissions'] as const
/** The beginning of a TLS handshake that does not go on. */
const HALF_HELLO = Buffer.from('16030102000100', 'hex')

describe.each([
  ['say nothing', undefined],
  ['begin a TLS handshake and do not go on', HALF_HELLO],
])('idle connections of one address that %s', (_, octets) => {
  const shared = openOnce((atEnd) => Stage.open(atEnd))

  it('keep nobody else from signing in, whatever the listener', async () => {
    const stage = shared()
    const idle = await stage.idle(30, octets)
    expect(idle.length).toBeGreaterThan(2 * ROOM)
    for (const listener of lines) {
      const client = await stage.signIn(listener, OTHER)
      client.socket.destroy()
    }
    for (let count = 0; count < 5; count++) {
      const client = stage.https(OTHER)
      expect(await stage.askForToken(client)).toBe(200)
      client.drop()
    }
    const open = idle.filter(({ isClosed }) => !isClosed)
    expect(open.length).toBeLessThanOrEqual(ROOM)
  })

  it('do not end a connection on which somebody has signed in', async () => {
    const stage = shared()
    const [imap, pop3] = [await stage.signIn('imaps', OTHER), await stage.signIn('pop3', ATTACKER)]
    await stage.idle(20, octets)
    await stage.idle(20, octets, '127.0.0.3')
    await imap.says('b NOOP', /^b OK /m)
    await pop3.says('NOOP', /^\+OK/)
    imap.socket.destroy()
    pop3.socket.destroy()
  })
})

describe('where there is no room', () => {
  it('the client is told in the words of the protocol', async () => {
    const stage = await opened()
    for (const [listener, words] of [
      ['imap', '* BYE Too many connections\r\n'],
      ['pop3', '-ERR [SYS/TEMP] There are too many connections\r\n'],
      ['submission', '421 4.3.2 There are too many connections\r\n'],
    ] as const) {
      const client = new Client(stage.dial(listener, ATTACKER))
      await client.hears(/\r\n/)
      await stage.idle(15)
      await waitUntil(() => client.isClosed)
      expect(client.heard).toBe(words)
    }
  })

  it('those that came first go first', async () => {
    const stage = await opened()
    const idle = await stage.idle(20)
    const gone = idle.length - ROOM
    await waitUntil(() => idle.slice(0, gone).every(({ isClosed }) => isClosed))
    expect(idle.slice(gone).filter(({ isClosed }) => isClosed).length).toBe(0)
  })

  it('HTTPS connections without an accepted request go before those with one', async () => {
    const stage = await opened()
    const known = stage.https(ATTACKER)
    expect(await stage.askForToken(known)).toBe(200)
    const stranger = stage.https(ATTACKER)
    await stranger.send('GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n')
    expect((await stranger.answer())?.status).toBe(200)
    await stage.idle(20, undefined, '127.0.0.3')
    await stage.idle(20)
    await stranger.closed
    expect(await stage.askForToken(known)).toBe(200)
  })

  it('it is logged now and then, with how often it was', async () => {
    const stage = await opened()
    await stage.idle(30)
    const evictions = () => stage.log.lines.filter((line) => line.includes('was closed to make room'))
    const before = evictions().length
    expect(before).toBeLessThanOrEqual(listeners.length)
    stage.world.advance(MINUTE)
    expect(evictions().length).toBeLessThanOrEqual(2 * listeners.length)
    expect(evictions().some((line) => (JSON.parse(line) as { count: number }).count > 1)).toBe(true)
  })

  it('one address has its own limit, and others have room', async () => {
    const stage = await opened({ max_per_address: 20 })
    const idle = await stage.idle(5)
    await waitUntil(() => idle.filter(({ isClosed }) => isClosed).length === idle.length - 20)
    expect(idle.slice(0, 20).some(({ isClosed }) => isClosed)).toBe(false)
    await stage.signIn('imaps', OTHER)
  })
})

describe('near the limit', () => {
  it('a connection has less time to sign in', async () => {
    const stage = await opened()
    const signedIn = await stage.signIn('imaps', ATTACKER)
    const few = await stage.idle(9)
    stage.world.advance(9000)
    expect(few.filter(({ isClosed }) => isClosed).length).toBe(0)
    const more = await stage.idle(2)
    stage.world.advance(2000)
    await waitUntil(() => few.every(({ isClosed }) => isClosed))
    expect(more.filter(({ isClosed }) => isClosed).length).toBe(0)
    await signedIn.says('b NOOP', /^b OK /m)
  })
})

async function opened(flags: Record<string, unknown> = {}): Promise<Stage> {
  return Stage.open((end) => onTestFinished(end), flags)
}
