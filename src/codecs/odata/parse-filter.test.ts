import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Refusal } from '../../core/refusal.ts'
import type { Filter, Literal, PropertyPath } from './filter.ts'
import { parseFilter } from './parse-filter.ts'

describe('parseFilter reads', () => {
  it.each<[string, Filter]>([
    ["appId eq 'x'", { kind: 'eq', path: ['appId'], value: 'x' }],
    ["  displayName\teq\n'O''Neil''s' ", { kind: 'eq', path: ['displayName'], value: "O'Neil's" }],
    ["displayName eq ''", { kind: 'eq', path: ['displayName'], value: '' }],
    ['accountEnabled eq true', { kind: 'eq', path: ['accountEnabled'], value: true }],
    ['accountEnabled EQ False', { kind: 'eq', path: ['accountEnabled'], value: false }],
    ['mail eq null', { kind: 'eq', path: ['mail'], value: null }],
    ['size eq -12.5', { kind: 'eq', path: ['size'], value: -12.5 }],
    [
      'id eq 5E5ADDCD-3e8d-4e90-baf5-964efab2b20a',
      { kind: 'eq', path: ['id'], value: '5E5ADDCD-3e8d-4e90-baf5-964efab2b20a' },
    ],
    [
      'id eq 00000003-0000-0000-c000-000000000000',
      { kind: 'eq', path: ['id'], value: '00000003-0000-0000-c000-000000000000' },
    ],
    ['made eq 2026-11-24T08:00:00Z', { kind: 'eq', path: ['made'], value: '2026-11-24T08:00:00Z' }],
    ["api/version eq '2'", { kind: 'eq', path: ['api', 'version'], value: '2' }],
    ["startswith(displayName,'A')", { kind: 'startswith', path: ['displayName'], prefix: 'A' }],
    ["startsWith( displayName , 'A b' )", { kind: 'startswith', path: ['displayName'], prefix: 'A b' }],
    ["startswith eq 'x'", { kind: 'eq', path: ['startswith'], value: 'x' }],
    ["((a eq '{}://'))", { kind: 'eq', path: ['a'], value: '{}://' }],
    [
      "a eq 1 and (b eq 2 and startswith(c,'d')) AND e eq null",
      {
        kind: 'and',
        all: [
          { kind: 'eq', path: ['a'], value: 1 },
          {
            kind: 'and',
            all: [
              { kind: 'eq', path: ['b'], value: 2 },
              { kind: 'startswith', path: ['c'], prefix: 'd' },
            ],
          },
          { kind: 'eq', path: ['e'], value: null },
        ],
      },
    ],
  ])('%s', (text, filter) => {
    expect(parseFilter(text)).toEqual(filter)
  })
})

describe('parseFilter refuses, with the position,', () => {
  it.each<[string, number]>([
    ['', 0],
    ['   ', 3],
    ['appId', 5],
    ['appId eq', 8],
    ['appId eq x', 9],
    ["appId = 'x'", 6],
    ["appId eq 'x", 9],
    ["appId eq 'x' or b eq 1", 13],
    ["appId eq 'x' and", 16],
    ["appId ne 'x'", 6],
    ["not (appId eq 'x')", 0],
    ["(appId eq 'x'", 13],
    ["appId eq 'x')", 12],
    ["contains(displayName,'x')", 0],
    ["startswith('x',displayName)", 11],
    ['startswith(displayName,1)', 23],
    ["startswith(displayName,'x'", 26],
    ['a/ eq 1', 6],
    ['a eq 1.2.3', 5],
    ["constructor eq 'x' toString 'y'", 19],
    ["a constructor 'x'", 2],
    ['a eq 1\0', 6],
  ])('%j', (text, at) => {
    expect(() => parseFilter(text)).toThrow(`Syntax error at position ${at}`)
  })

  it('nesting and length beyond bounds', () => {
    expect(parseFilter(nested(32))).toEqual({ kind: 'eq', path: ['a'], value: 1 })
    expect(() => parseFilter(nested(33))).toThrow('Syntax error')
    expect(() => parseFilter(`a eq '${'x'.repeat(4096)}'`)).toThrow('longer than 4096')
  })
})

describe('parseFilter, whatever it is given,', () => {
  it('reads back what was spelled out of a filter', () => {
    fc.assert(
      fc.property(filters, (filter) => {
        expect(parseFilter(spell(filter))).toEqual(filter)
      }),
    )
  })

  it('answers with a filter or a refusal', () => {
    const pieces = fc.constantFrom(
      "'",
      "''",
      '(',
      ')',
      ',',
      '/',
      ' ',
      'and',
      'eq',
      'startswith',
      'a',
      '1',
      '-',
      '.',
      'é',
    )
    const texts = fc.oneof(
      fc.string(),
      fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join('')),
    )
    fc.assert(
      fc.property(texts, (text) => {
        try {
          parseFilter(text)
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(Refusal)
        }
      }),
    )
  })
})

const nested = (depth: number) => `${'('.repeat(depth)}a eq 1${')'.repeat(depth)}`

const names = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,12}$/)
const paths: fc.Arbitrary<PropertyPath> = fc
  .tuple(names, fc.array(names, { maxLength: 2 }))
  .filter(([first]) => !['true', 'false', 'null'].includes(first.toLowerCase()))
  .map(([first, rest]) => [first, ...rest.filter((name) => !['true', 'false', 'null'].includes(name.toLowerCase()))])
const literals: fc.Arbitrary<Literal> = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fc.uuid())
const { filters } = fc.letrec<{ filters: Filter }>((tie) => ({
  filters: fc.oneof(
    { maxDepth: 3 },
    fc.record({ kind: fc.constant('eq' as const), path: paths, value: literals }),
    fc.record({ kind: fc.constant('startswith' as const), path: paths, prefix: fc.string() }),
    fc.record({
      kind: fc.constant('and' as const),
      all: fc.array(tie('filters'), { minLength: 2, maxLength: 3 }),
    }),
  ),
}))

function spell(filter: Filter): string {
  if (filter.kind === 'and')
    return filter.all.map((part) => (part.kind === 'and' ? `(${spell(part)})` : spell(part))).join(' and ')
  const path = filter.path.join('/')
  return filter.kind === 'eq' ? `${path} eq ${quote(filter.value)}` : `startswith(${path},${quote(filter.prefix)})`
}

const quote = (value: Literal): string =>
  typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value)
