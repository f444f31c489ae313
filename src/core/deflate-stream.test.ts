import type { Socket } from 'node:net'
import { constants, createDeflateRaw, createInflateRaw, deflateRawSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { socketPair } from '../../test/support/socket-pair.ts'
import { realWorld } from './world.ts'
import { Wire } from './wire.ts'

const SILENCE = 60_000
async function connected(): Promise<{ client: Socket; wire: Wire }> {
  const { client, accepted } = await socketPair()
  return { client, wire: new Wire(accepted, realWorld) }
}

const text = (got: Buffer | string): string => (typeof got === 'string' ? `(${got})` : got.toString('latin1'))

/** Decompresses octets, and returns them once there are enough. */
function unpacked(client: Socket): (octets: number) => Promise<string> {
  const inflate = createInflateRaw()
  let got = ''
  let woken: (() => void) | undefined
  client.pipe(inflate)
  // A server that cuts the connection off does not end its stream.
  inflate.on('error', () => {})
  inflate.on('data', (chunk: Buffer) => {
    got += chunk.toString('latin1')
    woken?.()
  })
  return async (octets) => {
    while (got.length < octets) await new Promise<void>((resolve) => (woken = resolve))
    return got.slice(0, octets)
  }
}

test('lines go both ways, and each is sent at once', async () => {
  const { client, wire } = await connected()
  wire.startDeflate()
  const deflate = createDeflateRaw()
  deflate.pipe(client)
  const heard = unpacked(client)
  for (const line of ['one', 'two', 'x'.repeat(100_000)]) {
    deflate.write(`${line}\r\n`)
    deflate.flush(constants.Z_SYNC_FLUSH)
    expect(text(await wire.line(200_000, SILENCE))).toBe(line)
  }
  await wire.write('* one\r\n')
  expect(await heard(7)).toBe('* one\r\n')
  await wire.write([Buffer.from('* two\r\n'), Buffer.from('* three\r\n')])
  expect(await heard(23)).toBe('* one\r\n* two\r\n* three\r\n')
})

test('octets that had arrived already are compressed', async () => {
  const { client, wire } = await connected()
  client.write(Buffer.concat([Buffer.from('COMPRESS\r\n'), deflateRawSync('NOOP\r\n')]))
  expect(text(await wire.line(100, SILENCE))).toBe('COMPRESS')
  wire.startDeflate()
  expect(text(await wire.line(100, SILENCE))).toBe('NOOP')
})

test('uncompressed octets end the connection, and are never a command', async () => {
  const { client, wire } = await connected()
  wire.startDeflate()
  client.write('a1 DELETE everything\r\n')
  expect(await wire.line(100, SILENCE)).toBe('closed')
  await wire.over
})

test('a compressed megabyte is decompressed only as it is read', async () => {
  const { client, wire } = await connected()
  wire.startDeflate()
  client.write(deflateRawSync(Buffer.alloc(64 * 1024 * 1024, 'a\n')))
  for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve))
  expect(wire.pending).toBeLessThan(1024 * 1024)
  expect(text(await wire.line(100, SILENCE))).toBe('a')
})

test('a peer that does not read stops the server, which buffers no replies', async () => {
  const { client, wire } = await connected()
  wire.startDeflate()
  client.pause()
  const noise = Buffer.from(
    Array.from({ length: 256 * 1024 }, (_, n) => (n * 7919 + (n >> 8) * 104_729 + (n >> 3)) & 0xff),
  )
  let written = 0
  const writing = (async () => {
    for (; written < 400 && !wire.gone; written++) await wire.write(noise)
  })()
  for (let before = -1; before !== written;) {
    before = written
    for (let turn = 0; turn < 500; turn++) await new Promise((resolve) => setImmediate(resolve))
  }
  expect(written).toBeLessThan(400)
  client.resume()
  await writing
})

test('last words are sent', async () => {
  const { client, wire } = await connected()
  wire.startDeflate()
  const heard = unpacked(client)
  wire.end('* BYE\r\n')
  expect(await heard(7)).toBe('* BYE\r\n')
  client.end()
  await wire.over
})

test('a peer that disconnects is gone', async () => {
  const { client, wire } = await connected()
  wire.startDeflate()
  client.end(deflateRawSync('LOGOUT\r\n', { finishFlush: constants.Z_SYNC_FLUSH }))
  expect(text(await wire.line(100, SILENCE))).toBe('LOGOUT')
  expect(await wire.line(100, SILENCE)).toBe('closed')
})
