import { connect, type Socket } from 'node:net'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { encodeXoauth2 } from '../../../src/codecs/sasl/bearer.ts'
import { type Log, silentLog } from '../../../src/core/log.ts'
import { createImap } from '../../../src/protocols/imap/server.ts'
import { imapSettings } from '../../../src/protocols/imap/settings.ts'
import { TranscriptServer } from '../transcript-server.ts'
import { commandSeeds } from './seeds.ts'

let stage: TranscriptServer
/** Bugs of the server are logged as errors; errors of a client are not. */
const bugs: unknown[] = []
const log: Log = { ...silentLog, error: (fields) => bugs.push(fields), child: () => log }

beforeAll(async () => {
  const settings = { settings: imapSettings }
  stage = await TranscriptServer.start(
    { ...settings, make: (deps) => createImap({ ...deps, log, frontEnd: 'classic' }) },
    'standards',
    [
      { line: 1, text: 'INBOX has 5 messages' },
      { line: 2, text: 'setting bad_commands 1000' },
      { line: 3, text: 'setting authentication_failures 1000' },
    ],
  )
})
afterAll(() => stage.close())

const login = `l AUTHENTICATE XOAUTH2 ${encodeXoauth2({ user: 'ada@contoso.test', token: 'good' })}\r\n`
const states = { greeted: '', 'signed in': login, selected: `${login}s SELECT INBOX\r\n` }

/** Sends all octets, closes its side, and reads up to the end. */
function converse(octets: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect(stage.port(false), '127.0.0.1')
    const received: Buffer[] = []
    socket.on('data', (chunk: Buffer) => received.push(chunk))
    socket.on('error', reject)
    socket.on('close', () => resolve(Buffer.concat(received).toString('latin1')))
    socket.end(octets)
  })
}

const tagged = (text: string, nth: number): Buffer => Buffer.from(`t${nth} ${text}\r\n`, 'latin1')
const seed = fc.constantFrom(...commandSeeds.filter((text) => !/^(?:LOGOUT|STARTTLS|IDLE)/.test(text)))
const change = fc.record({
  at: fc.nat(120),
  remove: fc.nat(3),
  insert: fc.oneof(
    fc.uint8Array({ maxLength: 4 }).map((octets) => Buffer.from(octets)),
    fc.constantFrom('\r\n', '{5}\r\n', '{5+}\r\n', '(', ')', '"', '\0', '*', ' ').map((text) => Buffer.from(text)),
  ),
})
const changed = fc.tuple(seed, fc.nat(999), fc.array(change, { maxLength: 3 })).map(([text, nth, changes]) =>
  changes.reduce(
    (octets, { at, remove, insert }) => {
      const from = Math.min(at, octets.length)
      return Buffer.concat([octets.subarray(0, from), insert, octets.subarray(from + remove)])
    },
    tagged(text, nth),
  ),
)

describe.each(Object.entries(states))('a client that is %s', (_, before) => {
  test('may send any octets', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(changed, { minLength: 1, maxLength: 8 }), async (commands) => {
        const said = await converse(Buffer.concat([Buffer.from(before), ...commands]))
        expect(said).toMatch(/^\* OK .*\r\n/)
        expect(said.endsWith('\r\n')).toBe(true)
        expect(bugs).toEqual([])
      }),
      { numRuns: 60 },
    )
  })

  test('may send noise only', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), async (octets) => {
        await converse(Buffer.concat([Buffer.from(before), octets]))
        expect(bugs).toEqual([])
      }),
      { numRuns: 30 },
    )
  })
})

test('every seed gets its tagged reply', async () => {
  const commands = commandSeeds
    .filter((text) => !/^(?:LOGOUT|STARTTLS|IDLE|CLOSE|UNSELECT|AUTHENTICATE|LOGIN)/.test(text))
    .map((text, nth) => tagged(text.replaceAll('}\r\n', '+}\r\n').replaceAll('++}', '+}'), nth))
  const said = await converse(Buffer.concat([Buffer.from(states.selected), ...commands]))
  for (const nth of commands.keys()) expect(said).toMatch(new RegExp(`^t${nth} (?:OK|NO|BAD) `, 'm'))
  expect(bugs).toEqual([])
})
