import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ImapScanner } from './imap.ts'

const conversation = Buffer.from(
  [
    '* OK ready\r\n',
    '* 1 FETCH (BODY[] {12}\r\nhello\r\n* 2)\n FLAGS (\\Seen) ENVELOPE (NIL {3}\r\nabc NIL))\r\n',
    '* 2 FETCH (BODY[] {0}\r\n)\r\n',
    '+ go on\r\n',
    '* OK brackets {x} and {12\r\n',
    't1 OK done {9}\r\n',
  ].join(''),
)

const heard = [
  'untagged * OK ready',
  'untagged * 1 FETCH (BODY[] {12}',
  'untagged * 2 FETCH (BODY[] {0}',
  'proceed',
  'untagged * OK brackets {x} and {12',
  'tagged t1 OK done {9}',
]

function scan(chunks: readonly Buffer[]): { news: string[]; literalOctets: number; octets: number } {
  const news: string[] = []
  const scanner = new ImapScanner({
    untagged: (bytes, from, to) => news.push(`untagged ${bytes.toString('latin1', from, to - 2)}`),
    tagged: (line) => news.push(`tagged ${line}`),
    proceed: () => news.push('proceed'),
  })
  for (const chunk of chunks) scanner.push(chunk)
  return { news, literalOctets: scanner.literalOctets, octets: scanner.octets }
}

describe('the scanner', () => {
  it('finds responses and leaps over literals', () => {
    expect(scan([conversation])).toEqual({ news: heard, literalOctets: 15, octets: conversation.length })
  })

  it('hears the same, wherever the network cuts', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: conversation.length }), { maxLength: 12 }), (cuts) => {
        const places = [0, ...cuts.sort((a, b) => a - b), conversation.length]
        const chunks = places.slice(1).map((end, index) => conversation.subarray(places[index], end))
        expect(scan(chunks).news).toEqual(heard)
      }),
    )
  })
})
