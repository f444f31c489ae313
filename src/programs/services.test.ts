import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { describe, expect, it, onTestFinished } from 'vitest'
import { RunningServer } from '../../test/support/command-line.ts'
import { openServer } from '../../test/support/server.ts'
import { TestWorld } from '../../test/support/world.ts'
import { silentLog } from '../core/log.ts'
import { refuse } from '../core/refusal.ts'
import type { Sql } from '../storage/engine.ts'
import { createClient } from './cli/client.ts'
import { createHttp } from './http.ts'
import { health, type ServerState, txtRecords } from './services.ts'

const PATHS = ['/health', '/health/live', '/health/ready']

/** The answers to the three requests. */
async function answers(first: Sql['first'], state: ServerState): Promise<readonly (readonly [number, unknown])[]> {
  const sql = { first } as Sql
  const http = createHttp({
    services: [health(sql, () => state)],
    world: new TestWorld(),
    log: silentLog,
    base: () => 'https://localhost',
  })
  onTestFinished(() => http.close())
  const got = await Promise.all(PATHS.map((path) => http.inject(path)))
  return got.map((answer) => [answer.statusCode, answer.json()])
}

const readable: Sql['first'] = async () => undefined
const status = (word: string) => ({ status: word })

describe('health', () => {
  it('answers 200 to all three while the server is ready', async () => {
    expect(await answers(readable, 'ready')).toEqual([
      [200, status('ok')],
      [200, status('alive')],
      [200, status('ready')],
    ])
  })

  it.each(['starting', 'draining'] as const)('tells a balancer that the server is %s', async (state) => {
    expect(await answers(readable, state)).toEqual([
      [200, status('ok')],
      [200, status('alive')],
      [503, status(state)],
    ])
  })

  it.each([
    ['fails', () => Promise.reject(new Error('gone'))],
    ['is busy', async () => refuse('busy', 'The database cannot be reached')],
  ])('is alive and not ready while the database %s', async (_, first) => {
    expect(await answers(first as Sql['first'], 'ready')).toEqual([
      [503, status('unavailable')],
      [200, status('alive')],
      [503, status('unavailable')],
    ])
  })

  it('knows no other path', async () => {
    const { http } = await openServer()
    expect((await http.inject('/health/other')).statusCode).toBe(404)
    expect((await http.inject('/healthy')).statusCode).toBe(404)
  })
})

it('a server that stops says so for the time of draining, and serves clients until then', async () => {
  const world = new TestWorld()
  const server = await RunningServer.start({ drain_seconds: 3 }, world)
  const { https } = server.ready
  const ca = readFileSync(server.ready.ca, 'utf8')
  const ready = async () => {
    const client = createClient({ url: new URL(https), ca })
    const { status: code, body } = await client.ask({ verb: 'GET', path: '/health/ready' })
    client.close()
    return [code, JSON.parse(body.toString())]
  }
  expect(await ready()).toEqual([200, status('ready')])
  const closed = server.close()
  expect(await ready()).toEqual([503, status('draining')])
  world.advance(3000)
  await closed
  await expect(ready()).rejects.toThrow('cannot be reached')
})

/** RFC 1035 §4.1.1. */
const [NO_ERROR, SERVER_FAILURE, NAME_ERROR, REFUSED] = [0, 2, 3, 5]

interface DnsReply {
  readonly code: number
  /** The strings of each record. */
  readonly records?: readonly (readonly string[])[]
}

/** Starts a name server on a free UDP port of loopback, which does not answer if `reply` returns undefined. */
async function nameServer(reply: (name: string) => DnsReply | undefined) {
  const questions: string[] = []
  const socket = createSocket('udp4').on('message', (query, from) => {
    const name = nameIn(query)
    questions.push(name)
    const found = reply(name)
    if (found) socket.send(replyTo(query, found), from.port, from.address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  onTestFinished(() => void socket.close())
  return { servers: [`127.0.0.1:${socket.address().port}`], questions }
}

/** RFC 1035 §4.1.2: labels after the header of 12 octets, up to one of length 0. */
function nameIn(query: Buffer): string {
  const labels: string[] = []
  for (let at = 12; query[at]! > 0; at += query[at]! + 1) {
    labels.push(query.toString('latin1', at + 1, at + 1 + query[at]!))
  }
  return labels.join('.')
}

function replyTo(query: Buffer, { code, records = [] }: DnsReply): Buffer {
  const questionEnd = query.indexOf(0, 12) + 5
  const header = Buffer.alloc(12)
  query.copy(header, 0, 0, 2)
  header.writeUInt16BE(0x81_80 | code, 2)
  header.writeUInt16BE(1, 4)
  header.writeUInt16BE(records.length, 6)
  return Buffer.concat([header, query.subarray(12, questionEnd), ...records.map(txtRecord)])
}

/** RFC 1035 §3.3.14: one string or more, each with its length. The name points at the question. */
function txtRecord(strings: readonly string[]): Buffer {
  const data = Buffer.concat(strings.map((text) => Buffer.from([text.length, ...Buffer.from(text, 'latin1')])))
  const fields = Buffer.from([0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 0, 0, 0])
  fields.writeUInt16BE(data.length, 10)
  return Buffer.concat([fields, data])
}

describe('TXT records', () => {
  it('are returned as the name server has them', async () => {
    const records = [['MS=ms12345678'], ['v=spf1 -all']]
    const { servers, questions } = await nameServer(() => ({ code: NO_ERROR, records }))
    expect((await txtRecords('example.org', { servers })).toSorted()).toEqual(['MS=ms12345678', 'v=spf1 -all'])
    expect(questions).toEqual(['example.org'])
  })

  it('of several strings are joined without a space: RFC 7208 §3.3', async () => {
    const long = 'k'.repeat(255)
    const { servers } = await nameServer(() => ({
      code: NO_ERROR,
      records: [
        ['MS=', 'ms1234', '5678'],
        [long, 'end'],
      ],
    }))
    expect((await txtRecords('example.org', { servers })).toSorted()).toEqual(['MS=ms12345678', `${long}end`])
  })

  it.each([
    ['the name does not exist', NAME_ERROR],
    ['the name has no TXT record', NO_ERROR],
  ])('are empty if %s', async (_, code) => {
    const { servers } = await nameServer(() => ({ code }))
    expect(await txtRecords('example.org', { servers })).toEqual([])
  })

  it.each([
    ['fails', SERVER_FAILURE],
    ['refuses the query', REFUSED],
  ])('are unknown if the name server %s', async (_, code) => {
    const { servers } = await nameServer(() => ({ code }))
    await expect(txtRecords('example.org', { servers })).rejects.toMatchObject({
      reason: 'busy',
      message: "The DNS servers do not answer for 'example.org'; try again.",
    })
  })

  it('are unknown if no name server answers in time, after every try', async () => {
    const { servers, questions } = await nameServer(() => undefined)
    const asked = txtRecords('example.org', { servers, timeout: 20, tries: 2 })
    await expect(asked).rejects.toMatchObject({ reason: 'busy' })
    expect(questions).toEqual(['example.org', 'example.org'])
  })

  it('come from the second name server if the first does not answer', async () => {
    const silent = await nameServer(() => undefined)
    const { servers } = await nameServer(() => ({ code: NO_ERROR, records: [['found']] }))
    const options = { servers: [...silent.servers, ...servers], timeout: 50, tries: 2 }
    expect(await txtRecords('example.org', options)).toEqual(['found'])
  })
})
