import { connect, type Socket } from 'node:net'
import { constants, createDeflateRaw, createInflateRaw } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { encodeXoauth2 } from '../../../src/codecs/sasl/bearer.ts'
import { createImap } from '../../../src/protocols/imap/server.ts'
import { imapSettings } from '../../../src/protocols/imap/settings.ts'
import { TranscriptServer } from '../transcript-server.ts'

let stage: TranscriptServer
const sockets: Socket[] = []

beforeEach(async () => {
  const play = {
    settings: imapSettings,
    make: (deps: Parameters<Parameters<typeof TranscriptServer.start<typeof imapSettings>>[0]['make']>[0]) =>
      createImap({ ...deps, frontEnd: 'classic' }),
  }
  stage = await TranscriptServer.start(play, 'standards', [
    { line: 1, text: 'INBOX has 3 messages' },
    { line: 2, text: 'setting compress_budget_octets 200K' },
  ])
})

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await stage.close()
})

interface Client {
  say(text: string): void
  /** Returns the output since the last call, up to and including `text`. */
  until(text: string): Promise<string>
  /** Both directions are compressed after this call. */
  deflate(): void
  /** Ends the compressed stream to the server. */
  endPacking(): void
  /** Neither direction is compressed after this call. */
  plain(): void
  readonly socket: Socket
}

const nothing = (): void => {}

function client(): Client {
  const socket = connect(stage.port(false), '127.0.0.1')
  sockets.push(socket)
  let got = ''
  let woken: (() => void) | undefined
  const hear = (chunk: Buffer): void => {
    got += chunk.toString('latin1')
    woken?.()
  }
  socket.on('data', hear).on('error', () => {})
  let write = (text: string): void => void socket.write(text)
  let [endPacking, plain] = [nothing, nothing]
  return {
    socket,
    say: (text) => write(text),
    async until(text) {
      while (!got.includes(text)) await new Promise<void>((resolve) => (woken = resolve))
      const end = got.indexOf(text) + text.length
      const said = got.slice(0, end)
      got = got.slice(end)
      return said
    },
    deflate() {
      const [deflate, inflate] = [createDeflateRaw(), createInflateRaw()]
      const unpack = (chunk: Buffer): void => void inflate.write(chunk)
      socket.off('data', hear).on('data', unpack)
      inflate.on('data', hear).on('error', () => {})
      deflate.on('data', (chunk: Buffer) => socket.write(chunk))
      write = (text) => {
        deflate.write(text)
        deflate.flush(constants.Z_SYNC_FLUSH)
      }
      endPacking = () => void deflate.end()
      plain = () => {
        socket.off('data', unpack).on('data', hear)
        write = (text) => void socket.write(text)
      }
    },
    endPacking: () => endPacking(),
    plain: () => plain(),
  }
}

async function signedIn(): Promise<Client> {
  const it = client()
  it.say(`a AUTHENTICATE XOAUTH2 ${encodeXoauth2({ user: 'ada@contoso.test', token: 'good' })}\r\n`)
  expect(await it.until('a OK')).toContain('')
  expect(await it.until('completed.\r\n')).toContain('COMPRESS=DEFLATE')
  return it
}

async function packed(): Promise<Client> {
  const it = await signedIn()
  it.say('b COMPRESS DEFLATE\r\n')
  await it.until('b OK DEFLATE active.\r\n')
  it.deflate()
  return it
}

test('after COMPRESS both directions are compressed, in IDLE too', async () => {
  const it = await packed()
  it.say('c SELECT INBOX\r\n')
  expect(await it.until('c OK')).toContain('* 3 EXISTS')
  it.say('d FETCH 1:* (UID BODY.PEEK[])\r\n')
  expect(await it.until('d OK FETCH completed.\r\n')).toContain('Message 3')
  it.say('e IDLE\r\n')
  await it.until('+ idling\r\n')
  await stage.perform('INBOX gets 1 message')
  await it.until('* 4 EXISTS\r\n')
  it.say('DONE\r\nf APPEND INBOX {3+}\r\nabc\r\n')
  await it.until('f OK')
  it.say('g LOGOUT\r\n')
  await it.until('g OK')
})

test('RFC 4978 §3: compression starts only once', async () => {
  const it = await packed()
  it.say('c COMPRESS DEFLATE\r\n')
  await it.until('c NO [COMPRESSIONACTIVE]')
})

test('STARTTLS is refused after COMPRESS', async () => {
  const it = await packed()
  it.say('c STARTTLS\r\n')
  await it.until('c BAD')
})

test.each(['ends its stream', 'only stops compressing'])(
  'RFC 8437 §4.1: compression ends with UNAUTHENTICATE; the client %s',
  async (how) => {
    const it = await packed()
    it.say('c SELECT INBOX\r\nd UNAUTHENTICATE\r\n')
    if (how === 'ends its stream') it.endPacking()
    await it.until('d OK')
    expect(await it.until('UNAUTHENTICATE completed.\r\n')).toContain('STARTTLS')
    it.plain()
    it.say('e NOOP\r\n')
    await it.until('e OK')
    // Its memory is released, and can be used again.
    it.say(`f AUTHENTICATE XOAUTH2 ${encodeXoauth2({ user: 'ada@contoso.test', token: 'good' })}\r\n`)
    await it.until('f OK')
    it.say('g COMPRESS DEFLATE\r\n')
    await it.until('g OK DEFLATE active.\r\n')
    it.deflate()
    it.say('h SELECT INBOX\r\n')
    expect(await it.until('h OK')).toContain('* 3 EXISTS')
  },
)

test('refuses another algorithm, and a client that has not signed in', async () => {
  const stranger = client()
  stranger.say('a COMPRESS DEFLATE\r\n')
  await stranger.until('a BAD')
  const it = await signedIn()
  it.say('b COMPRESS LZW\r\n')
  await it.until('b NO [CANNOT]')
})

test('the memory budget limits the clients, and a client that leaves frees its share', async () => {
  const first = await packed()
  const second = await signedIn()
  second.say('b COMPRESS DEFLATE\r\n')
  await second.until('b NO [UNAVAILABLE]')
  first.socket.destroy()
  for (let tries = 0; ; tries++) {
    second.say(`c${tries} COMPRESS DEFLATE\r\n`)
    await second.until(`c${tries} `)
    if ((await second.until('\r\n')).startsWith('OK')) break
    await stage.advance(0)
  }
  second.deflate()
  second.say('d NOOP\r\n')
  await second.until('d OK')
})

test('uncompressed commands sent ahead end the connection and have no effect', async () => {
  const it = await signedIn()
  it.say('b COMPRESS DEFLATE\r\nc DELETE Archive\r\n')
  await it.until('b OK DEFLATE active.\r\n')
  await new Promise((resolve) => it.socket.once('close', resolve))
  const mailbox = await stage.mailbox('ada')
  expect(await mailbox.folder('Archive')).toBeDefined()
})
