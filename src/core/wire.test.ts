import type { Socket } from 'node:net'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import * as fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { socketPair } from '../../test/support/socket-pair.ts'
import { TestWorld } from '../../test/support/world.ts'
import { type ServerTls, serverTls } from '../programs/certificates.ts'
import { Wire } from './wire.ts'

const SILENCE = 60_000

let world: TestWorld

beforeEach(() => {
  world = new TestWorld()
})

/** A client's socket and the server's wire. */
async function connected(): Promise<{ client: Socket; wire: Wire }> {
  const { client, accepted } = await socketPair()
  return { client, wire: new Wire(accepted, world) }
}

/** Lets the sockets process pending events. */
const turns = async (count = 20): Promise<void> => {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve))
}

const received = (socket: Socket): Promise<string> =>
  new Promise((resolve) => {
    const chunks: Buffer[] = []
    socket.on('data', (chunk: Buffer) => chunks.push(chunk))
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')))
  })

const text = (got: Buffer | string): string => (typeof got === 'string' ? `(${got})` : got.toString('latin1'))

describe('lines', () => {
  test('are the same in whatever chunks they arrive', async () => {
    const line = fc.string({ unit: fc.constantFrom('a', ' ', '\r', '\xe9', '\0'), maxLength: 12 })
    const script = fc.array(fc.record({ line, end: fc.constantFrom('\r\n', '\n') }), { minLength: 1, maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(script, fc.array(fc.nat(100), { maxLength: 10 }), async (lines, cuts) => {
        const { client, wire } = await connected()
        const sent = Buffer.from(lines.map(({ line, end }) => line + end).join(''), 'latin1')
        const marks = [0, ...cuts.map((cut) => Math.min(cut, sent.length)).sort((a, b) => a - b), sent.length]
        for (const [index, mark] of marks.entries()) {
          client.write(sent.subarray(mark, marks[index + 1]))
          await turns(1)
        }
        for (const { line, end } of lines) {
          const whole = end === '\n' && line.endsWith('\r') ? line.slice(0, -1) : line
          expect(text(await wire.line(100, SILENCE))).toBe(whole)
        }
        client.destroy()
        wire.destroy()
      }),
      { numRuns: 30 },
    )
  })

  test('of exactly the limit are accepted, with either line end', async () => {
    const { client, wire } = await connected()
    client.write('12345\r\n12345\n')
    expect(text(await wire.line(5, SILENCE))).toBe('12345')
    expect(text(await wire.line(5, SILENCE))).toBe('12345')
  })

  test('beyond the limit are refused once and discarded', async () => {
    const { client, wire } = await connected()
    client.write(`123456\r\n${'x'.repeat(100)}`)
    await expect(wire.line(5, SILENCE)).rejects.toMatchObject({ reason: 'too-big' })
    const late = expect(wire.line(5, SILENCE)).rejects.toMatchObject({ reason: 'too-big' })
    await turns()
    client.write(`${'y'.repeat(300_000)}\r\nnext\r\n`)
    await late
    expect(text(await wire.line(5, SILENCE))).toBe('next')
  })

  test('that arrived before the end are returned before the end', async () => {
    const { client, wire } = await connected()
    client.end('one\r\ntwo\r\nhalf')
    expect(text(await wire.line(100, SILENCE))).toBe('one')
    expect(text(await wire.line(100, SILENCE))).toBe('two')
    expect(await wire.line(100, SILENCE)).toBe('closed')
  })

  test('that do not come in time are reported as silence, and may still come', async () => {
    const { client, wire } = await connected()
    const first = wire.line(100, 1000)
    await turns()
    world.advance(999)
    client.write('ha')
    await turns()
    world.advance(999)
    client.write('lf')
    await turns()
    world.advance(1000)
    expect(await first).toBe('silent')
    client.write(' line\r\n')
    expect(text(await wire.line(100, 1000))).toBe('half line')
  })
})

describe('octets', () => {
  test('are counted over lines and chunks', async () => {
    const { client, wire } = await connected()
    client.write('APPEND\r\nab\r\ncd')
    expect(text(await wire.line(100, SILENCE))).toBe('APPEND')
    expect(text(await wire.octets(0, SILENCE))).toBe('')
    const body = wire.octets(200_006, SILENCE)
    await turns()
    client.write(`${'z'.repeat(200_000)}rest\r\n`)
    expect(text(await body)).toBe(`ab\r\ncd${'z'.repeat(200_000)}`)
    expect(text(await wire.line(100, SILENCE))).toBe('rest')
  })

  test('can be skipped', async () => {
    const { client, wire } = await connected()
    client.write(`${'z'.repeat(500_000)}next\r\n`)
    expect(await wire.skip(500_000, SILENCE)).toBeUndefined()
    expect(text(await wire.line(100, SILENCE))).toBe('next')
  })

  test('are read as they arrive, and octets put back are read again', async () => {
    const { client, wire } = await connected()
    client.write('message.QUIT\r\nRSET\r\n')
    const first = await wire.some(9, SILENCE)
    expect(text(first)).toBe('message.Q')
    wire.unread(Buffer.from('Q'))
    expect(text(await wire.line(100, SILENCE))).toBe('QUIT')
    expect(text(await wire.some(100, SILENCE))).toBe('RSET\r\n')
    wire.unread(Buffer.alloc(0))
    expect(wire.pending).toBe(0)
    const next = wire.some(100, 1000)
    await turns()
    world.advance(1000)
    expect(await next).toBe('silent')
    client.end('x')
    expect(text(await wire.some(100, SILENCE))).toBe('x')
    expect(await wire.some(100, SILENCE)).toBe('closed')
    wire.end()
    wire.unread(Buffer.from('late'))
    expect(wire.pending).toBe(0)
  })

  test('that do not all arrive give the reason', async () => {
    const { client, wire } = await connected()
    client.end('abc')
    expect(await wire.octets(4, SILENCE)).toBe('closed')
  })

  test('sent one by one are complete', async () => {
    const { client, wire } = await connected()
    for (let n = 0; n < 300; n++) {
      client.write(String.fromCodePoint(97 + (n % 26)))
      await turns(1)
    }
    client.write('\n')
    expect(text(await wire.line(1000, SILENCE))).toHaveLength(300)
  })
})

describe('a peer', () => {
  test('that sends too far ahead is paused', async () => {
    const { client, wire } = await connected()
    client.write(Buffer.alloc(8_000_000, 'x'))
    await turns(200)
    expect(wire.pending).toBeGreaterThan(0)
    expect(wire.pending).toBeLessThan(1_000_000)
    expect(await wire.skip(8_000_000, SILENCE)).toBeUndefined()
  })

  test('that does not read is disconnected after the limit', async () => {
    const { client, wire } = await connected()
    client.pause()
    let written = 0
    const writing = (async () => {
      while (!wire.closed.aborted) {
        await wire.write(Buffer.alloc(1_000_000), 30_000)
        written++
      }
    })()
    await turns(200)
    const before = written
    world.advance(29_999)
    await turns()
    expect(written).toBe(before)
    expect(wire.closed.aborted).toBe(false)
    world.advance(1)
    await writing
    await wire.over
  })

  test('that closes its side still gets replies', async () => {
    const { client, wire } = await connected()
    const heard = received(client)
    client.end('QUIT\r\n')
    expect(text(await wire.line(100, SILENCE))).toBe('QUIT')
    await turns()
    await wire.write('+OK\r\n')
    wire.end()
    expect(await heard).toBe('+OK\r\n')
    await wire.over
  })

  test('that keeps sending still gets the last words', async () => {
    const { client, wire } = await connected()
    const heard = received(client)
    client.write(Buffer.alloc(3_000_000, 'x'))
    await turns()
    wire.end('-ERR enough\r\n')
    client.write(Buffer.alloc(3_000_000, 'x'))
    client.on('end', () => client.end())
    expect(await heard).toBe('-ERR enough\r\n')
    await wire.over
    expect(wire.pending).toBe(0)
  })

  test('that does not close its side is disconnected', async () => {
    const { client, wire } = await connected()
    client.allowHalfOpen = true
    wire.end('bye\r\n')
    wire.end('twice\r\n')
    await turns()
    expect(wire.closed.aborted).toBe(false)
    world.advance(2000)
    await wire.over
  })
})

test('pieces are sent in order, also to a slow peer', async () => {
  const { client, wire } = await connected()
  const heard = received(client)
  const pieces = Array.from({ length: 300 }, (_, n) => Buffer.alloc(1 + ((n * 7919) % 40_000), `${n},`))
  for (let at = 0; at < pieces.length; at += 50) await wire.write(pieces.slice(at, at + 50))
  wire.end('.\r\n')
  expect((await heard) === `${Buffer.concat(pieces).toString('latin1')}.\r\n`).toBe(true)
})

test('a peer that closes its side over TCP still waits for replies', async () => {
  const { client, wire } = await connected()
  let heard = 0
  wire.whenHungUp(() => heard++)
  const { hungUp, left } = wire
  client.end()
  expect(await wire.line(100, SILENCE)).toBe('closed')
  expect([heard, hungUp.aborted, left.aborted]).toEqual([1, true, false])
  wire.whenHungUp(() => heard++)
  expect(heard).toBe(2)
  wire.destroy()
  await wire.over
  expect([left.aborted, left.reason === hungUp.reason]).toEqual([true, true])
})

test('the end is reported to all listeners, before and after it', async () => {
  const { wire } = await connected()
  const { closed, over } = wire
  expect([closed.aborted, wire.gone]).toEqual([false, false])
  wire.destroy()
  await over
  expect([closed.aborted, wire.gone, wire.closed]).toEqual([true, true, closed])

  const { wire: other } = await connected()
  other.destroy()
  while (!other.gone) await turns(1)
  expect(other.closed.aborted).toBe(true)
  expect(other.closed.reason).toMatchObject({ name: 'AbortError' })
  await other.over
})

test('ending wakes a pending read', async () => {
  const { wire } = await connected()
  const line = wire.line(100, SILENCE)
  wire.end('bye\r\n')
  expect(await line).toBe('closed')
  await wire.write('lost')
})

describe('TLS on a connection that began without', () => {
  let dir: string
  let tls: ServerTls

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'postern-wire-'))
    tls = await serverTls({ dir, certificate: '', key: '', names: ['localhost'], world: new TestWorld() })
  })
  afterAll(() => rm(dir, { recursive: true }))

  test('carries lines, and octets sent before it are never taken for a command', async () => {
    const { client, wire } = await connected()
    client.write('STLS\r\nDELE 1\r\n')
    expect(text(await wire.line(100, SILENCE))).toBe('STLS')
    expect(wire.secure).toBe(false)
    await wire.write('+OK\r\n')
    await new Promise((resolve) => client.once('data', resolve))
    const secured = connectTls({ socket: client, rejectUnauthorized: false })
    await wire.startTls(tls.context, 10_000)
    expect(wire.secure).toBe(true)
    secured.write('CAPA\r\n')
    expect(text(await wire.line(100, SILENCE))).toBe('CAPA')
    const heard = received(secured)
    wire.end('+OK bye\r\n')
    expect(await heard).toBe('+OK bye\r\n')
  })

  test('reports that the peer has left when it sends close_notify', async () => {
    const { client, wire } = await connected()
    const secured = connectTls({ socket: client, rejectUnauthorized: false })
    await wire.startTls(tls.context, 10_000)
    const { left } = wire
    secured.end('CAPA\r\n')
    expect(text(await wire.line(100, SILENCE))).toBe('CAPA')
    expect(await wire.line(100, SILENCE)).toBe('closed')
    expect([left.aborted, wire.gone]).toEqual([true, false])
  })

  test('fails when the handshake does not come', async () => {
    const { wire } = await connected()
    const upgrade = expect(wire.startTls(tls.context, 10_000)).rejects.toThrow('during the TLS handshake')
    await turns()
    world.advance(10_000)
    await upgrade
  })

  test('fails when something else comes', async () => {
    const { client, wire } = await connected()
    const upgrade = expect(wire.startTls(tls.context, 10_000)).rejects.toThrow('during the TLS handshake')
    client.write('GET / HTTP/1.1\r\n\r\n')
    await upgrade
  })

  test('is refused on a connection that is over', async () => {
    const { wire } = await connected()
    wire.destroy()
    await wire.over
    await expect(wire.startTls(tls.context, 10_000)).rejects.toThrow('before the TLS handshake')
  })
})
