import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Refusal } from '../../core/refusal.ts'
import type { ODataFilter, Literal, PropertyPath } from './filter.ts'
import { parseFilter } from './parse-filter.ts'

describe('parseFilter reads', () => {
  it.each<[string, ODataFilter]>([
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
    ['made ge 2026-11-24T08:00:00Z', { kind: 'ge', path: ['made'], value: new Date('2026-11-24T08:00:00Z') }],
    ['made lt 2026-11-24t09:00+01:00', { kind: 'lt', path: ['made'], value: new Date('2026-11-24T08:00:00Z') }],
    ['made gt 2026-11-24', { kind: 'gt', path: ['made'], value: new Date('2026-11-24T00:00:00Z') }],
    ['cast(ep/value, Edm.Int32) GE 5', { kind: 'ge', path: ['ep', 'value'], value: 5, cast: 'Edm.Int32' }],
    ["importance eq microsoft.graph.importance'high'", { kind: 'eq', path: ['importance'], value: 'high' }],
    ['made LE 1', { kind: 'le', path: ['made'], value: 1 }],
    ["appId ne 'x'", { kind: 'ne', path: ['appId'], value: 'x' }],
    ["a in ('x', 'y')", { kind: 'in', path: ['a'], values: ['x', 'y'] }],
    ['a in (null)', { kind: 'in', path: ['a'], values: [null] }],
    ["contains(a,'x')", { kind: 'contains', path: ['a'], text: 'x' }],
    ["endsWith(a/b,'x')", { kind: 'endswith', path: ['a', 'b'], text: 'x' }],
    ['status/errorCode eq 0', { kind: 'eq', path: ['status', 'errorCode'], value: 0 }],
    ['owners/$count eq 0', { kind: 'eq', path: ['owners', '$count'], value: 0 }],
    ["not (appId eq 'x')", { kind: 'not', filter: { kind: 'eq', path: ['appId'], value: 'x' } }],
    ["NOT startswith(a,'x')", { kind: 'not', filter: { kind: 'startswith', path: ['a'], text: 'x' } }],
    ['not(not(a eq 1))', { kind: 'not', filter: { kind: 'not', filter: { kind: 'eq', path: ['a'], value: 1 } } }],
    ['not eq 1', { kind: 'eq', path: ['not'], value: 1 }],
    ['not in (1)', { kind: 'in', path: ['not'], values: [1] }],
    ['a/any()', { kind: 'any', path: ['a'], each: undefined }],
    [
      "identifierUris/any(x:x eq 'api://a')",
      {
        kind: 'any',
        path: ['identifierUris'],
        each: { variable: 'x', filter: { kind: 'eq', path: ['x'], value: 'api://a' } },
      },
    ],
    [
      'not a/b/all( k : k/id gt 1 )',
      {
        kind: 'not',
        filter: {
          kind: 'all',
          path: ['a', 'b'],
          each: { variable: 'k', filter: { kind: 'gt', path: ['k', 'id'], value: 1 } },
        },
      },
    ],
    [
      'a eq 1 or b eq 2 and c eq 3 or d eq 4',
      {
        kind: 'or',
        all: [
          { kind: 'eq', path: ['a'], value: 1 },
          {
            kind: 'and',
            all: [
              { kind: 'eq', path: ['b'], value: 2 },
              { kind: 'eq', path: ['c'], value: 3 },
            ],
          },
          { kind: 'eq', path: ['d'], value: 4 },
        ],
      },
    ],
    ["api/version eq '2'", { kind: 'eq', path: ['api', 'version'], value: '2' }],
    ["startswith(displayName,'A')", { kind: 'startswith', path: ['displayName'], text: 'A' }],
    ["startsWith( displayName , 'A b' )", { kind: 'startswith', path: ['displayName'], text: 'A b' }],
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
              { kind: 'startswith', path: ['c'], text: 'd' },
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
    ["appId eq 'x' or", 15],
    ["appId eq 'x' xor b eq 1", 13],
    ["appId eq 'x' and", 16],
    ["appId has 'x'", 6],
    ["not appId eq 'x'", 10],
    ['not', 3],
    ["a in 'x'", 5],
    ['a in ()', 6],
    ['a in (1,)', 8],
    ['a in (b)', 6],
    ['a/all()', 6],
    ['a/any(x)', 7],
    ['a/any(x:)', 8],
    ['a/any(:x eq 1)', 6],
    ['a/some(x:x eq 1)', 2],
    ["x:x eq 'a'", 1],
    ['made eq 2026-02-31T08:00', 8],
    ['made eq 2026-13-01', 8],
    ['a/$value eq 1', 2],
    ["(appId eq 'x'", 13],
    ["appId eq 'x')", 12],
    ["substringof(displayName,'x')", 0],
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

  it('nesting and length beyond the limits', () => {
    expect(parseFilter(nested(32))).toEqual({ kind: 'eq', path: ['a'], value: 1 })
    expect(() => parseFilter(nested(33))).toThrow('Syntax error')
    expect(() => parseFilter(`${'not '.repeat(1000)}(a eq 1)`)).toThrow('Syntax error')
    expect(() => parseFilter('a/any(a:'.repeat(500))).toThrow('Syntax error')
    expect(() => parseFilter(`a eq '${'x'.repeat(4096)}'`)).toThrow('longer than 4096')
    expect(parseFilter(many(128))).toMatchObject({ kind: 'or' })
    expect(() => parseFilter(many(129))).toThrow('more than 128 comparisons')
    expect(() => parseFilter(`a in (${'1,'.repeat(128)}1)`)).toThrow('more than 128 comparisons')
  })
})

describe('parseFilter, for any input,', () => {
  it('parses a written filter to the same filter', () => {
    fc.assert(
      fc.property(
        filters.map((each) => nestedSoundly(each)),
        (filter) => {
          expect(parseFilter(spell(filter))).toEqual(filter)
        },
      ),
    )
  })

  it('returns a filter or refuses', () => {
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
      'not',
      'in',
      'a/any(x:',
      '$count',
      '2026-11-24',
      ':',
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

const many = (count: number) => Array.from({ length: count }, () => 'a eq 1').join(' or ')

const nested = (depth: number) => `${'('.repeat(depth)}a eq 1${')'.repeat(depth)}`

const isPlain = (name: string) => !['true', 'false', 'null', 'not'].includes(name.toLowerCase())
const names = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,12}$/)
const paths: fc.Arbitrary<PropertyPath> = fc
  .tuple(names, fc.array(names, { maxLength: 2 }))
  .filter(([first]) => isPlain(first))
  .map(([first, rest]) => [first, ...rest.filter(isPlain)])
const literals: fc.Arbitrary<Literal> = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.uuid(),
  fc.date({ min: new Date(0), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true }),
)
const { filters } = fc.letrec<{ filters: ODataFilter }>((tie) => ({
  filters: fc.oneof(
    { maxDepth: 3 },
    fc.record({ kind: fc.constantFrom('eq', 'ne', 'gt', 'ge', 'lt', 'le'), path: paths, value: literals }),
    fc.record({ kind: fc.constant('in'), path: paths, values: fc.array(literals, { minLength: 1, maxLength: 3 }) }),
    fc.record({ kind: fc.constantFrom('startswith', 'endswith', 'contains'), path: paths, text: fc.string() }),
    fc.record({ kind: fc.constantFrom('and', 'or'), all: fc.array(tie('filters'), { minLength: 2, maxLength: 3 }) }),
    fc.record({ kind: fc.constant('not'), filter: tie('filters') }),
    fc.record({ kind: fc.constant('any'), path: paths, each: fc.constant(undefined) }),
    fc.record({
      kind: fc.constantFrom('any', 'all'),
      path: paths,
      each: fc.record({ variable: names.filter(isPlain), filter: tie('filters') }),
    }),
  ),
}))

/** The filter with each inner lambda over a property of a member, as required. */
function nestedSoundly(filter: ODataFilter, variable?: string): ODataFilter {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return { kind: filter.kind, all: filter.all.map((part) => nestedSoundly(part, variable)) }
    case 'not':
      return { kind: 'not', filter: nestedSoundly(filter.filter, variable) }
    case 'any':
    case 'all': {
      if (!filter.each) return filter
      const [first, ...rest] = filter.path
      const each = { ...filter.each, filter: nestedSoundly(filter.each.filter, filter.each.variable) }
      return { ...filter, path: [variable ?? first, ...rest], each }
    }
    default:
      return filter
  }
}

function spell(filter: ODataFilter): string {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.all.map((part) => `(${spell(part)})`).join(` ${filter.kind} `)
    case 'not':
      return `not (${spell(filter.filter)})`
    case 'in':
      return `${filter.path.join('/')} in (${filter.values.map(quote).join(',')})`
    case 'any':
    case 'all':
      return `${filter.path.join('/')}/${filter.kind}(${filter.each ? `${filter.each.variable}:${spell(filter.each.filter)}` : ''})`
    case 'startswith':
    case 'endswith':
    case 'contains':
      return `${filter.kind}(${filter.path.join('/')},${quote(filter.text)})`
    default:
      return `${filter.path.join('/')} ${filter.kind} ${quote(filter.value)}`
  }
}

function quote(value: Literal): string {
  if (value instanceof Date) return value.toISOString()
  return typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value)
}
