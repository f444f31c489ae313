import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DataDecoder } from './data.ts'

interface Outcome {
  readonly text: string
  /** The octets after the end; undefined without an end. */
  readonly rest: string | undefined
}

function decode(chunks: readonly Buffer[]): Outcome {
  const decoder = new DataDecoder()
  let text = ''
  for (const [index, chunk] of chunks.entries()) {
    const { pieces, end } = decoder.push(chunk)
    text += Buffer.concat(pieces).toString('latin1')
    if (end === undefined) continue
    const rest = Buffer.concat([chunk.subarray(end), ...chunks.slice(index + 1)])
    return { text, rest: rest.toString('latin1') }
  }
  return { text, rest: undefined }
}

/** A simple reference implementation. */
function naive(sent: string): Outcome {
  let text = ''
  for (let rest = sent; ;) {
    const end = rest.indexOf('\r\n')
    if (end < 0) return { text: text + (rest.startsWith('.') ? rest.slice(1) : rest), rest: undefined }
    const line = rest.slice(0, end + 2)
    rest = rest.slice(end + 2)
    if (line === '.\r\n') return { text, rest }
    text += line.startsWith('.') ? line.slice(1) : line
  }
}

const octets = fc
  .array(fc.constantFrom('\r', '\n', '\r\n', '.', '..', '\r\n.', '\r\n.\r\n', '\n.\n', '\r.\r', 'a', '\0', '\xff'), {
    maxLength: 24,
  })
  .map((parts) => Buffer.from(parts.join(''), 'latin1'))
const cuts = fc.array(fc.nat(50), { maxLength: 12 })

function chunksOf(message: Buffer, at: readonly number[]): Buffer[] {
  const marks = [0, ...at.filter((mark) => mark < message.length).sort((a, b) => a - b), message.length]
  return marks.slice(1).map((mark, index) => message.subarray(marks[index], mark))
}

const decoded = (sent: string): Outcome => decode([Buffer.from(sent, 'latin1')])

describe('the input after DATA', () => {
  test.each([
    ['.\r\n', '', ''],
    ['a\r\n.\r\n', 'a\r\n', ''],
    ['..\r\n.\r\n', '.\r\n', ''],
    ['.a\r\n...b\r\n.\r\n', 'a\r\n..b\r\n', ''],
    ['a\r\n.\r\nQUIT\r\n', 'a\r\n', 'QUIT\r\n'],
    ['.\ra\r\n.\r\n', '\ra\r\n', ''],
    ['.\r\r\n.\r\n', '\r\r\n', ''],
  ])('%j is %j, and then comes %j', (sent, text, rest) => {
    expect(decoded(sent)).toEqual({ text, rest })
  })

  test.each([
    '\n.\n',
    '\n.\r\n',
    '\r\n.\n',
    '\r.\r',
    '\r\n.\r',
    '\r.\r\n',
    '\n\r\n.',
    '\r\n.\0\r\n',
    '\n.\r',
    '\r\n..\r\n',
  ])('does not end at %j', (sequence) => {
    const smuggled = `a${sequence}MAIL FROM:<evil@example.org>\r\n`
    expect(decoded(smuggled).rest).toBeUndefined()
    const { text, rest } = decoded(`${smuggled}.\r\nNOOP\r\n`)
    expect(text).toContain('MAIL FROM:<evil@example.org>')
    expect(rest).toBe('NOOP\r\n')
  })

  test('is the same in whatever pieces it comes', () => {
    fc.assert(
      fc.property(octets, cuts, (sent, at) => {
        const { text, rest } = naive(sent.toString('latin1'))
        const got = decode(chunksOf(sent, at))
        expect(got.rest).toBe(rest)
        // A CR or a dot at the end may be held back.
        if (rest === undefined) expect(text.startsWith(got.text)).toBe(true)
        else expect(got.text).toBe(text)
      }),
      { numRuns: 2000 },
    )
  })

  test('restores every message that a client dot-stuffed', () => {
    fc.assert(
      fc.property(octets, cuts, (message, at) => {
        const lines = message.toString('latin1').split('\r\n')
        const whole = lines.map((line) => `${line}\r\n`).join('')
        const sent = `${lines.map((line) => (line.startsWith('.') ? `.${line}` : line)).join('\r\n')}\r\n.\r\n`
        expect(decode(chunksOf(Buffer.from(`${sent}RSET\r\n`, 'latin1'), at))).toEqual({
          text: whole,
          rest: 'RSET\r\n',
        })
      }),
      { numRuns: 2000 },
    )
  })

  test('is not copied if nothing is removed', () => {
    const chunk = Buffer.from('Subject: x\r\n\r\nText\r\n')
    const { pieces } = new DataDecoder().push(chunk)
    expect(pieces).toHaveLength(1)
    expect(pieces[0]!.buffer).toBe(chunk.buffer)
  })
})
