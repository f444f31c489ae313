import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TopLines } from './dot-stuffing.ts'

const octets = fc
  .array(fc.constantFrom('\r', '\n', '\r\n', 'a', 'Subject: x'), { maxLength: 20 })
  .map((parts) => parts.join(''))

function top(chunks: readonly string[], lines: number): string {
  const cut = new TopLines(lines)
  let kept = ''
  for (const chunk of chunks) {
    if (cut.over) break
    kept += cut.push(Buffer.from(chunk, 'latin1')).toString('latin1')
  }
  return kept
}

/** A simple reference implementation. */
function naive(message: string, lines: number): string {
  const all = message.split(/(?<=\n)/)
  const blank = all.findIndex((line) => line === '\n' || line === '\r\n')
  return blank < 0 ? message : all.slice(0, blank + 1 + lines).join('')
}

describe('the top of a message', () => {
  test.each([
    ['Subject: x\r\n\r\na\r\nb\r\n', 0, 'Subject: x\r\n\r\n'],
    ['Subject: x\r\n\r\na\r\nb\r\n', 1, 'Subject: x\r\n\r\na\r\n'],
    ['Subject: x\r\n\r\na\r\nb', 2, 'Subject: x\r\n\r\na\r\nb'],
    ['Subject: x\n\na\nb\n', 1, 'Subject: x\n\na\n'],
    ['Subject: x\r\n', 3, 'Subject: x\r\n'],
    ['\r\n\r\na\r\n', 1, '\r\n\r\n'],
    ['', 1, ''],
  ])('%j with %i lines is %j', (message, lines, kept) => {
    expect(top([message], lines)).toBe(kept)
  })

  test('is the same in whatever pieces the message comes', () => {
    fc.assert(
      fc.property(octets, fc.nat(5), fc.array(fc.nat(60), { maxLength: 6 }), (message, lines, cuts) => {
        const marks = [0, ...cuts.filter((cut) => cut < message.length).sort((a, b) => a - b), message.length]
        const chunks = marks.slice(1).map((mark, index) => message.slice(marks[index], mark))
        expect(top(chunks, lines)).toBe(naive(message, lines))
      }),
    )
  })
})
