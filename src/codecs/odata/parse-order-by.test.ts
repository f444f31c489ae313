import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { Refusal } from '../../core/refusal.ts'
import { parseOrderBy, type OrderByKey } from './filter.ts'

it.each<[string, readonly OrderByKey[]]>([
  ['displayName', [{ path: ['displayName'], descending: false }]],
  [' displayName  DESC ', [{ path: ['displayName'], descending: true }]],
  [
    'status/errorCode asc,createdDateTime desc',
    [
      { path: ['status', 'errorCode'], descending: false },
      { path: ['createdDateTime'], descending: true },
    ],
  ],
])('parseOrderBy reads %j', (text, keys) => {
  expect(parseOrderBy(text)).toEqual(keys)
})

it.each(['', ',', 'a b', 'a desc desc', 'a/', "'a'", 'a,b,', '1', 'a\0', 'a,b,c,d,e,f,g,h,i'])(
  'parseOrderBy refuses %j',
  (text) => {
    expect(() => parseOrderBy(text)).toThrow('Invalid orderby clause')
  },
)

it('parseOrderBy returns keys or refuses, for any input', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', '/', ',', ' ', 'desc', '\u0000', 'é', '9') }), (text) => {
      try {
        parseOrderBy(text)
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(Refusal)
      }
    }),
  )
})
