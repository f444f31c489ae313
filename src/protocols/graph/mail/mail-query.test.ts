import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Refusal } from '../../../core/refusal.ts'
import { readQueryOptions } from './mail-query.ts'

const read = (query: string) => readQueryOptions(new URLSearchParams(query))

describe('query options', () => {
  it('may be written without the dollar sign, and in any letter case', () => {
    expect(read('top=5&$Skip=2&%24orderBy=subject DESC&COUNT=true&select=a, b')).toMatchObject({
      top: 5,
      skip: 2,
      orderBy: [{ path: ['subject'], descending: true }],
      count: true,
      select: ['a', 'b'],
    })
  })

  it('keep a type cast in $select', () => {
    expect(read('$select=id,microsoft.graph.fileAttachment/contentId').select).toEqual([
      'id',
      'microsoft.graph.fileAttachment/contentId',
    ])
    expect(read('$select=*').select).toBeUndefined()
  })

  it('nest in $expand, separated by semicolons', () => {
    const { expand } = read(
      '$expand=childFolders($select=id,displayName;$top=999;$expand=childFolders($top=9)),attachments',
    )
    expect(expand.map(({ name }) => name)).toEqual(['childFolders', 'attachments'])
    expect(expand[0]!.options).toMatchObject({ select: ['id', 'displayName'], top: 999 })
    expect(expand[0]!.options.expand[0]).toMatchObject({ name: 'childFolders', options: { top: 9 } })
  })

  it('take filters with quotes, commas and semicolons inside $expand', () => {
    const { expand } = read(
      "expand=singleValueExtendedProperties($filter=id eq 'String {a} Name x,y;(z' or Id eq 'Long 0xe08')",
    )
    expect(expand[0]!.options.filter).toMatchObject({ kind: 'or', all: [{ value: 'String {a} Name x,y;(z' }, {}] })
  })

  it.each([
    ['$expand=a(b', 'Parsing OData Select and Expand failed: Found an unbalanced bracket expression.'],
    ['$expand=a)', 'Parsing OData Select and Expand failed: Found an unbalanced bracket expression.'],
    ['$top=-1', "Invalid value '-1' for $top query option"],
    ['$apply=groupby((a))', "The query parameter '$apply' is not supported."],
    ['$top=1&top=2', "Query option '$top' was specified more than once"],
    [`$expand=${'a($expand='.repeat(9)}b${')'.repeat(9)}`, 'nested more than 8 times'],
    [`$select=${'a'.repeat(20_000)}`, 'is too long'],
  ])('refuse %s', (query, text) => {
    expect(() => read(query)).toThrow(text)
  })

  it('ignore parameters that are not theirs', () => {
    expect(read('account=7&filter=&includeHiddenFolders=true')).toMatchObject({ filter: undefined, expand: [] })
  })

  it('refuse any other text, and never fail', () => {
    const piece = fc.constantFrom('$expand=', '$filter=', 'a', '(', ')', ';', ',', "'", '$select=', '=', '&', '/', '%')
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        try {
          read(pieces.join(''))
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(Refusal)
        }
      }),
    )
  })
})
