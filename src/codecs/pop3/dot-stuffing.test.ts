import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseMessage } from '../mime/parse.ts'
import { DotStuffing } from './dot-stuffing.ts'

/** Messages with many of the octets that matter here. */
const octets = fc
  .array(fc.constantFrom('\r', '\n', '\r\n', '.', '\n.', '\r.', '\r.\r', '\r\n.', '\r\n.\r\n', 'a', '\0', '\xff'), {
    maxLength: 30,
  })
  .map((parts) => Buffer.from(parts.join(''), 'latin1'))

const cuts = fc.array(fc.nat(60), { maxLength: 8 })

function chunksOf(message: Buffer, at: readonly number[]): Buffer[] {
  const marks = [0, ...at.filter((mark) => mark < message.length).sort((a, b) => a - b), message.length]
  return marks.slice(1).map((mark, index) => message.subarray(marks[index], mark))
}

function encode(chunks: readonly Buffer[], whole = false): string {
  const stuffing = new DotStuffing(whole)
  return Buffer.concat([...chunks.map((chunk) => stuffing.push(chunk)), stuffing.end()]).toString('latin1')
}

/** Reads a reply like a client: up to the single dot, without byte-stuffing. */
function decode(reply: string): string {
  let message = ''
  for (let rest = reply; ;) {
    const end = rest.indexOf('\r\n')
    const line = rest.slice(0, end)
    rest = rest.slice(end + 2)
    if (line === '.') return rest === '' ? message : `something after the end: ${rest}`
    message += `${line.startsWith('.') ? line.slice(1) : line}\r\n`
  }
}

/** Reads a reply like a client that takes a bare CR and a bare LF for line ends. */
function decodeLoosely(reply: string): string {
  const lines = reply.split(/\r\n|\r|\n/)
  const end = lines.indexOf('.')
  if (end !== lines.length - 2) return `something after the end: ${lines.slice(end + 1).join('|')}`
  return lines
    .slice(0, end)
    .map((line) => `${line.startsWith('.') ? line.slice(1) : line}\r\n`)
    .join('')
}

/** A single dot between a bare CR and the next line end is doubled for every client. */
const withReturnDots = (lines: string): string => lines.replace(/(?<=\r)\.(?=[\r\n])/g, '..')

/** The lines of a message: a simple reference implementation. */
function inLines(message: Buffer): string {
  const lines = message.toString('latin1').replaceAll(/\r?\n/g, '\r\n')
  return lines === '' || lines.endsWith('\n') ? lines : `${lines}\r\n`
}

describe('dot stuffing', () => {
  test.each([
    ['', '.\r\n'],
    ['.', '..\r\n.\r\n'],
    ['.\r\n', '..\r\n.\r\n'],
    ['a', 'a\r\n.\r\n'],
    ['a\n.b\n', 'a\r\n..b\r\n.\r\n'],
    ['a.b\r\n', 'a.b\r\n.\r\n'],
    ['a\r', 'a\r\r\n.\r\n'],
    ['\n', '\r\n.\r\n'],
    ['a\r\n.\r\nQUIT\r\n', 'a\r\n..\r\nQUIT\r\n.\r\n'],
    ['a\r.\r-ERR\r\n', 'a\r..\r-ERR\r\n.\r\n'],
    ['a\r.\n', 'a\r..\r\n.\r\n'],
    ['a\r.', 'a\r..\r\n.\r\n'],
    ['a\r.b\r\n', 'a\r.b\r\n.\r\n'],
    ['a\r..\r\n', 'a\r..\r\n.\r\n'],
  ])('of %j is %j', (message, reply) => {
    expect(encode([Buffer.from(message, 'latin1')])).toBe(reply)
  })

  test('is undone by a client, in whatever pieces the message comes', () => {
    fc.assert(
      fc.property(octets, cuts, (message, at) => {
        expect(decode(encode(chunksOf(message, at)))).toBe(withReturnDots(inLines(message)))
      }),
    )
  })

  test('never ends early, even if a client takes a bare CR or LF for a line end', () => {
    fc.assert(
      fc.property(octets, cuts, fc.boolean(), (message, at, whole) => {
        const chunks = whole ? chunksOf(Buffer.from(inLines(message), 'latin1'), at) : chunksOf(message, at)
        expect(decodeLoosely(encode(chunks, whole))).not.toMatch(/^something after/)
      }),
    )
  })

  test('is the same with the option for complete lines', () => {
    fc.assert(
      fc.property(octets, cuts, (message, at) => {
        const whole = Buffer.from(inLines(message), 'latin1')
        expect(encode(chunksOf(whole, at), true)).toBe(encode([whole]))
      }),
    )
  })

  test('sends the number of octets that the store counts', () => {
    fc.assert(
      fc.property(octets, (message) => {
        expect(parseMessage(message).lineOctets).toBe(inLines(message).length)
      }),
    )
  })

  test('does not copy unchanged octets', () => {
    const chunk = Buffer.from('Subject: x\r\n\r\nText\r\n')
    expect(new DotStuffing(true).push(chunk)).toBe(chunk)
    expect(new DotStuffing().push(chunk)).toBe(chunk)
  })
})
