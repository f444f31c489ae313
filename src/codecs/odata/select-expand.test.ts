import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Refusal } from '../../core/refusal.ts'
import { parseFilter } from './parse-filter.ts'
import { type ExpandedProperty, parseExpand, parseSelect, type SelectedProperty } from './select-expand.ts'

describe('parseSelect reads', () => {
  it.each<[string, readonly SelectedProperty[]]>([
    ['id', [{ path: ['id'] }]],
    [' id , from/emailAddress,', [{ path: ['id'] }, { path: ['from', 'emailAddress'] }]],
    ['*', [{ path: ['*'] }]],
    ['microsoft.graph.fileAttachment/contentId', [{ path: ['contentId'], type: 'microsoft.graph.fileAttachment' }]],
  ])('%s', (text, items) => {
    expect(parseSelect(text)).toEqual(items)
  })
})

describe('parseExpand reads', () => {
  it.each<[string, readonly ExpandedProperty[]]>([
    ['attachments', [{ path: ['attachments'], options: {} }]],
    ['microsoft.graph.itemattachment/item', [{ path: ['item'], type: 'microsoft.graph.itemattachment', options: {} }]],
    [
      "attachments($select=id),singleValueExtendedProperties($filter=id eq 'String {00020329-0000-0000-C000-000000000046} Name a;b,c)')",
      [
        { path: ['attachments'], options: { select: [{ path: ['id'] }] } },
        {
          path: ['singleValueExtendedProperties'],
          options: { filter: parseFilter("id eq 'String {00020329-0000-0000-C000-000000000046} Name a;b,c)'") },
        },
      ],
    ],
    [
      'childFolders( top=999 ; $Skip=1; $count=TRUE; $orderby=displayName desc; $expand=childFolders($top=1;) )',
      [
        {
          path: ['childFolders'],
          options: {
            top: 999,
            skip: 1,
            count: true,
            orderBy: [{ path: ['displayName'], descending: true }],
            expand: [{ path: ['childFolders'], options: { top: 1 } }],
          },
        },
      ],
    ],
  ])('%s', (text, items) => {
    expect(parseExpand(text)).toEqual(items)
  })
})

const deep = (depth: number): string => `${'a($expand='.repeat(depth)}a${')'.repeat(depth)}`

describe('parseExpand refuses', () => {
  it.each([
    ['a(', 'Found an unbalanced bracket expression.'],
    ['a)', 'Found an unbalanced bracket expression.'],
    ["a($filter=b eq 'c)", 'Found an unbalanced bracket expression.'],
    ['a($top=x)', "Invalid value 'x' for $top query option found."],
    ['a($format=json)', "Term '$format=json' is not valid in a $select or $expand expression."],
    ['a($top=1;top=2)', "Query option '$top' was specified more than once"],
    ['a()b', "Syntax error in 'a()b'."],
    ['a b', "Term 'a b' is not valid in a $select or $expand expression."],
    ['microsoft.graph.fileAttachment', 'is not valid in a $select or $expand expression.'],
    [deep(8), 'nested more than 8 times'],
    [Array(257).fill('a').join(), 'more than 256 properties'],
    ['a'.repeat(16_385), 'longer than 16384 characters'],
  ])('%.40s', (text, why) => {
    expect(() => parseExpand(text)).toThrow(`Parsing OData Select and Expand failed: `)
    expect(() => parseExpand(text)).toThrow(why)
  })

  it('nothing but syntax errors, for any input', () => {
    const piece = fc.constantFrom(
      'a',
      '/',
      ',',
      '(',
      ')',
      ';',
      '$expand=',
      '$filter=',
      "'",
      'b eq 1',
      '$top=',
      '1',
      'x.y',
    )
    fc.assert(
      fc.property(fc.string({ unit: piece }), (text) => {
        try {
          parseExpand(text)
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(Refusal)
        }
      }),
    )
  })

  it('not 7 levels', () => {
    expect(parseExpand(deep(7))).toHaveLength(1)
  })
})
