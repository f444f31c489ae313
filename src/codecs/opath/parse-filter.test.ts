import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Refusal } from '../../core/refusal.ts'
import type { OpathFilter, Operand } from './filter.ts'
import { propertiesOf } from './filter.ts'
import { parseFilter } from './parse-filter.ts'

const eq = (property: string, operand: Operand): OpathFilter => ({
  kind: 'comparison',
  property,
  operator: 'eq',
  operand,
})

const nested = (depth: number): string => `${'('.repeat(depth)}a -eq 1${')'.repeat(depth)}`

describe('an OPATH filter', () => {
  it.each<[string, OpathFilter]>([
    ["Name -eq 'a'", eq('Name', 'a')],
    ['  name  -EQ "a b" ', eq('name', 'a b')],
    ["Name -eq 'it''s'", eq('Name', "it's")],
    ['Name -eq "say ""x"""', eq('Name', 'say "x"')],
    ['IsShared -eq $TRUE', eq('IsShared', 'True')],
    ['IsShared -eq $false', eq('IsShared', 'False')],
    ['ResourceType -eq $null', eq('ResourceType', null)],
    ['Alias -eq kim@contoso.test', eq('Alias', 'kim@contoso.test')],
    ["Name -like 'a*'", { kind: 'comparison', property: 'Name', operator: 'like', operand: 'a*' }],
    ['a -eq 1 -and b -eq 2', { kind: 'and', all: [eq('a', '1'), eq('b', '2')] }],
    [
      'a -eq 1 -or b -eq 2 -and c -eq 3',
      { kind: 'or', all: [eq('a', '1'), { kind: 'and', all: [eq('b', '2'), eq('c', '3')] }] },
    ],
    [
      '(a -eq 1 -or b -eq 2) -and c -eq 3',
      { kind: 'and', all: [{ kind: 'or', all: [eq('a', '1'), eq('b', '2')] }, eq('c', '3')] },
    ],
    ['-not a -eq 1', { kind: 'not', inner: eq('a', '1') }],
    ['-not(a -eq 1)', { kind: 'not', inner: eq('a', '1') }],
    ["((a -eq 'x'))", eq('a', 'x')],
    [" {a -eq 'x}'} ", eq('a', 'x}')],
  ])('%s', (text, filter) => {
    expect(parseFilter(text)).toEqual(filter)
  })

  it.each([
    ['', 0],
    ['Name', 4],
    ["Name -eq 'a", 9],
    ["Name = 'a'", 5],
    ["Name -gte 'a'", 5],
    ["Name -eq 'a' 'b'", 13],
    ["Name -eq 'a' -and", 17],
    ["(Name -eq 'a'", 13],
    ["Name -eq 'a')", 12],
    ['Name -eq $home', 9],
    ["'Name' -eq 'a'", 0],
    ["Name -eq -eq 'a'", 9],
    ["{Name -eq 'a'", 0],
    ["{Name -eq 'a' b}", 14],
    ["{{Name -eq 'a'}}", 1],
  ])('%j makes no sense at %i', (text, at) => {
    expect(() => parseFilter(text)).toThrow(`Invalid filter syntax at position ${at} of`)
  })

  it('is limited in length and in depth', () => {
    expect(() => parseFilter(`a -eq '${'x'.repeat(5000)}'`)).toThrow('longer than 4096 characters')
    expect(parseFilter(nested(32))).toEqual(eq('a', '1'))
    expect(() => parseFilter(nested(33))).toThrow(Refusal)
    expect(() => parseFilter(`${'-not '.repeat(400)}a -eq 1`)).toThrow(Refusal)
  })

  it('lists the properties that it uses', () => {
    expect(propertiesOf(parseFilter('-not (a -eq 1 -or b -eq 2) -and c -eq 3'))).toEqual(['a', 'b', 'c'])
  })

  it('is parsed back from its written form', () => {
    fc.assert(
      fc.property(filters, (filter) => {
        expect(parseFilter(written(filter))).toEqual(filter)
      }),
    )
  })

  it('of any text is a filter or a refusal', () => {
    const words = fc.constantFrom('(', ')', ' ', '-and', '-or', '-not', '-eq', "'", '"', '$true', 'a', '*', '-', '$')
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(words).map((it) => it.join(' ')),
        ),
        (text) => {
          try {
            parseFilter(text)
          } catch (thrown) {
            expect(thrown).toBeInstanceOf(Refusal)
          }
        },
      ),
    )
  })
})

const { filter: filters } = fc.letrec<{ filter: OpathFilter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 4 },
    fc.record({
      kind: fc.constant('comparison' as const),
      property: fc.constantFrom('Name', 'Alias', 'IsShared'),
      operator: fc.constantFrom(...(['eq', 'ne', 'gt', 'ge', 'lt', 'le', 'like', 'notlike'] as const)),
      operand: fc.option(fc.string({ maxLength: 10 })),
    }),
    fc.record({ kind: fc.constant('not' as const), inner: tie('filter') }),
    ...(['and', 'or'] as const).map((kind) =>
      fc.record({
        kind: fc.constant(kind),
        all: fc.array(
          tie('filter').filter((it) => it.kind !== kind),
          { minLength: 2, maxLength: 3 },
        ),
      }),
    ),
  ),
}))

function written(filter: OpathFilter): string {
  if (filter.kind === 'not') return `-not (${written(filter.inner)})`
  if (filter.kind !== 'comparison') return filter.all.map((it) => `(${written(it)})`).join(` -${filter.kind} `)
  const operand = filter.operand === null ? '$null' : `'${filter.operand.replaceAll("'", "''")}'`
  return `${filter.property} -${filter.operator} ${operand}`
}
