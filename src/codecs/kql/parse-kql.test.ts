import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Refusal } from '../../core/refusal.ts'
import type { Kql } from './kql.ts'
import { parseKql } from './parse-kql.ts'

const properties = new Set(['from', 'to', 'subject', 'received', 'size', 'hasattachments'])
const parse = (text: string) => parseKql(text, properties)

/** A query with its structure in brackets. */
function textOf(query: Kql | undefined): string {
  if (query === undefined) return ''
  if (query.kind === 'not') return `NOT ${textOf(query.of)}`
  if (query.kind !== 'term') return `[${query.all.map(textOf).join(` ${query.kind} `)}]`
  const { property = '', operator, value, until, phrase, prefix } = query
  const text = `${phrase ? `"${value}"` : value}${prefix ? '*' : ''}`
  return property === '' ? text : `${property}${operator}${text}${until === undefined ? '' : `|${until}`}`
}

describe('parseKql reads', () => {
  it.each([
    ['pizza', 'pizza'],
    ['from:ada', 'from:ada'],
    ['to:@contoso.test', 'to:@contoso.test'],
    ["subject:'two words' pizza", '[subject:"two words" and pizza]'],
    ['Subject:"two words"', 'subject:"two words"'],
    ['received<=12/03/2026', 'received<=12/03/2026'],
    ['received>=2026-12-03 AND size>100', '[received>=2026-12-03 and size>100]'],
    ['received:>=2026-12-03', 'received>=2026-12-03'],
    ['size:1..500000', 'size..1|500000'],
    ['word*', 'word*'],
    ['"two wor*"', '"two wor"*'],
    ['a OR b AND c', '[a or [b and c]]'],
    ['(a OR b) c', '[[a or b] and c]'],
    ['a NOT b -c +d', '[a and NOT b and NOT c and d]'],
    ['from:ada from:bob pizza', '[[from:ada or from:bob] and pizza]'],
    ['from:ada AND from:bob', '[from:ada and from:bob]'],
    ['from:(ada OR bob)', '[from:ada or from:bob]'],
    ["it's a well-known re: word", "[it's and a and well-known and re: and word]"],
    ['from<>ada', 'from<>ada'],
  ])('%s', (text, tree) => {
    expect(textOf(parse(text))).toBe(tree)
  })
})

describe('parseKql ignores what is malformed', () => {
  it.each([
    ['(a OR', 'a'],
    [') a )', 'a'],
    ['AND a OR', 'a'],
    ['"not closed', '"not closed"'],
    ['from:', 'from:'],
    ['NOT', ''],
    ['""', ''],
    ['*', ''],
  ])('%s', (text, tree) => {
    expect(textOf(parse(text))).toBe(tree)
  })
})

describe('parseKql refuses', () => {
  it.each([
    ['a'.repeat(4097), 'is longer than 4096 characters'],
    ['('.repeat(40) + 'a', 'is nested more than 16 times'],
    ['NOT '.repeat(40) + 'a', 'is nested more than 16 times'],
    ['a '.repeat(65), 'has more than 64 terms'],
  ])('%.20s', (text, why) => {
    expect(() => parse(text)).toThrow(why)
  })

  it('nothing else', () => {
    const piece = fc.constantFrom(
      'a',
      'from',
      ':',
      '(',
      ')',
      ' ',
      '"',
      "'",
      '*',
      '-',
      '..',
      'AND',
      'OR',
      'NOT',
      '<=',
      '1',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        try {
          parse(pieces.join(''))
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(Refusal)
        }
      }),
    )
  })
})
