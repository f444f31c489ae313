import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Refusal } from '../../core/refusal.ts'
import { ImapReader } from './reader.ts'
import { readSearch, type Search, type SearchTerm } from './search-keys.ts'
import { writeSequenceSet } from './sequence-set.ts'

const limits = { charsets: ['US-ASCII', 'UTF-8'], depth: 50 }

function parse(text: string): Search {
  const reader = new ImapReader([Buffer.from(text, 'latin1')])
  const search = readSearch(reader, limits)
  reader.end()
  return search
}

const term = (text: string): SearchTerm => parse(text).term
const flag = (flag: string, set: boolean, keyword = false): SearchTerm => ({ key: 'flag', flag, set, keyword })

describe('keys', () => {
  test.each<[string, SearchTerm]>([
    ['ALL', { key: 'all' }],
    ['seen', flag('\\Seen', true)],
    ['UNDELETED', flag('\\Deleted', false)],
    ['KEYWORD $Forwarded', flag('$Forwarded', true, true)],
    ['UNKEYWORD x', flag('x', false, true)],
    ['NEW', { key: 'new' }],
    [
      '1:3,*',
      {
        key: 'sequence',
        set: [
          [1, 3],
          ['*', '*'],
        ],
      },
    ],
    ['UID 5', { key: 'uid', set: [[5, 5]] }],
    ['SINCE 1-Feb-1994', { key: 'since', of: 'received', day: '1994-02-01' }],
    ['SENTON "24-Nov-2026"', { key: 'on', of: 'sent', day: '2026-11-24' }],
    ['SAVEDBEFORE 1-Feb-2026', { key: 'before', of: 'saved', day: '2026-02-01' }],
    ['savedon "28-Dec-2014"', { key: 'on', of: 'saved', day: '2014-12-28' }],
    ['SAVEDSINCE 28-Dec-2014', { key: 'since', of: 'saved', day: '2014-12-28' }],
    ['SAVEDATESUPPORTED', { key: 'savedatesupported' }],
    ['FUZZY SUBJECT x', { key: 'fuzzy', of: { key: 'header', name: 'SUBJECT', text: 'x' } }],
    [
      'FUZZY (BODY x SEEN) DRAFT',
      {
        key: 'and',
        of: [
          { key: 'fuzzy', of: { key: 'and', of: [{ key: 'body', text: 'x' }, flag('\\Seen', true)] } },
          flag('\\Draft', true),
        ],
      },
    ],
    ['$', { key: 'sequence', set: '$' }],
    ['UID $', { key: 'uid', set: '$' }],
    ['MODSEQ 620162338', { key: 'modseq', from: 620_162_338 }],
    [String.raw`MODSEQ "/flags/\\draft" all 620162338`, { key: 'modseq', from: 620_162_338 }],
    ['YOUNGER 3600', { key: 'younger', seconds: 3600 }],
    ['OLDER 1', { key: 'older', seconds: 1 }],
    ['EMAILID M6d99ac3275bb4e', { key: 'emailid', id: 'M6d99ac3275bb4e' }],
    ['THREADID T_1-a', { key: 'threadid', id: 'T_1-a' }],
    ['LARGER 100', { key: 'larger', octets: 100 }],
    ['SMALLER 4294967296', { key: 'smaller', octets: 4_294_967_296 }],
    ['LARGER 9223372036854775807', { key: 'larger', octets: Number.MAX_SAFE_INTEGER }],
    ['FROM smith', { key: 'header', name: 'FROM', text: 'smith' }],
    ['SUBJECT ""', { key: 'header', name: 'SUBJECT', text: '' }],
    ['HEADER X-Spam "a b"', { key: 'header', name: 'X-Spam', text: 'a b' }],
    ['BODY x', { key: 'body', text: 'x' }],
    ['NOT TEXT x', { key: 'not', of: { key: 'text', text: 'x' } }],
    ['OR SEEN DRAFT', { key: 'or', of: [flag('\\Seen', true), flag('\\Draft', true)] }],
    [
      'OR SEEN OR DRAFT DELETED',
      { key: 'or', of: [flag('\\Seen', true), flag('\\Draft', true), flag('\\Deleted', true)] },
    ],
    ['SEEN DRAFT', { key: 'and', of: [flag('\\Seen', true), flag('\\Draft', true)] }],
    ['(SEEN)', flag('\\Seen', true)],
    [
      'OR (SEEN DRAFT) ALL',
      { key: 'or', of: [{ key: 'and', of: [flag('\\Seen', true), flag('\\Draft', true)] }, { key: 'all' }] },
    ],
  ])('%s', (text, expected) => expect(term(text)).toEqual(expected))

  test.each([
    '',
    '()',
    '( SEEN)',
    'SEEN ',
    'SEEN)',
    '(SEEN',
    'OR SEEN',
    'NOT',
    'FUZZY',
    'FUZZY ()',
    'FROM',
    'HEADER x',
    'LARGER x',
    'LARGER 9223372036854775808',
    'SINCE yesterday',
    'UID x',
    'KEYWORD',
    'NONSENSE',
    'UNALL',
    'CHARSET UTF-8',
  ])('refuses %j', (text) => expect(() => term(text)).toThrow(Refusal))

  test('may be nested up to the limit', () => {
    expect(() => term(`${'NOT '.repeat(50)}ALL`)).not.toThrow()
    expect(() => term(`${'NOT '.repeat(51)}ALL`)).toThrow(Refusal)
    expect(() => term(`${'('.repeat(30_000)}ALL`)).toThrow(Refusal)
    expect(() => term(`${'OR ALL '.repeat(10_000)}ALL`)).toThrow(Refusal)
    expect(() => term(`${'(SEEN) '.repeat(1000)}ALL`)).not.toThrow()
  })
})

describe('a charset', () => {
  test('is case-insensitive', () => expect(parse('CHARSET utf-8 ALL').charset).toBe('UTF-8'))
  test('may be quoted', () => expect(parse('CHARSET "US-ASCII" ALL').charset).toBe('US-ASCII'))
  test('that is unknown is refused with BADCHARSET', () => {
    expect(() => parse('CHARSET KOI8-R ALL')).toThrow(expect.objectContaining({ reason: 'unsupported' }))
  })
  test('UTF-8 is decoded', () => {
    const text = Buffer.from('CHARSET UTF-8 SUBJECT "grün"').toString('latin1')
    expect(term(text)).toEqual({ key: 'header', name: 'SUBJECT', text: 'grün' })
  })
})

const words = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '"', '\\', 'ü', '('), maxLength: 6 })
const number = fc.oneof(fc.integer({ min: 1, max: 99 }), fc.constant('*' as const))
const set = fc.array(fc.tuple(number, number), { minLength: 1, maxLength: 3 })
const day = fc
  .date({ min: new Date('1990-01-01'), max: new Date('2030-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10))
const leaf: fc.Arbitrary<SearchTerm> = fc.oneof(
  fc.record({ key: fc.constantFrom('all', 'recent', 'new', 'old') }),
  fc.record({ key: fc.constant('sequence'), set }),
  fc.record({ key: fc.constant('uid'), set }),
  fc.record({ key: fc.constantFrom('larger', 'smaller'), octets: fc.nat() }),
  fc.record({ key: fc.constantFrom('older', 'younger'), seconds: fc.integer({ min: 1, max: 1e9 }) }),
  fc.record({ key: fc.constantFrom('emailid', 'threadid'), id: fc.stringMatching(/^[A-Za-z0-9_-]{1,20}$/) }),
  fc.record({ key: fc.constant('modseq'), from: fc.maxSafeNat() }),
  fc.record({ key: fc.constantFrom('before', 'on', 'since'), of: fc.constantFrom('received', 'sent'), day }),
  fc.record({ key: fc.constant('header'), name: fc.constantFrom('FROM', 'X-A'), text: words }),
  fc.record({ key: fc.constantFrom('body', 'text'), text: words }),
  fc.record({
    key: fc.constant('flag'),
    flag: fc.constantFrom('\\Seen', '\\Draft'),
    set: fc.boolean(),
    keyword: fc.constant(false),
  }),
  fc.record({
    key: fc.constant('flag'),
    flag: fc.constantFrom('$a', 'b'),
    set: fc.boolean(),
    keyword: fc.constant(true),
  }),
)
const { terms } = fc.letrec<{ terms: SearchTerm }>((tie) => ({
  terms: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.record({ key: fc.constant('not' as const), of: tie('terms') }),
    fc.record({ key: fc.constant('and' as const), of: fc.array(tie('terms'), { minLength: 2, maxLength: 3 }) }),
    fc.record({
      key: fc.constant('or' as const),
      of: fc.array(
        tie('terms').filter(({ key }) => key !== 'or'),
        { minLength: 2, maxLength: 3 },
      ),
    }),
  ),
}))

test('a written search reads back the same', () => {
  fc.assert(
    fc.property(terms, (written) => {
      expect(term(Buffer.from(write(written)).toString('latin1'))).toEqual(written)
    }),
  )
})

const quoted = (text: string): string => `"${text.replace(/["\\]/g, String.raw`\$&`)}"`
const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')

function write(it: SearchTerm): string {
  switch (it.key) {
    case 'sequence':
      return it.set === '$' ? '$' : writeSequenceSet(it.set)
    case 'uid':
      return `UID ${it.set === '$' ? '$' : writeSequenceSet(it.set)}`
    case 'flag':
      return it.keyword ? `${it.set ? '' : 'UN'}KEYWORD ${it.flag}` : `${it.set ? '' : 'UN'}${it.flag.slice(1)}`
    case 'older':
    case 'younger':
      return `${it.key} ${it.seconds}`
    case 'emailid':
    case 'threadid':
      return `${it.key} ${it.id}`
    case 'modseq':
      return `modseq ${it.from}`
    case 'larger':
    case 'smaller':
      return `${it.key} ${it.octets}`
    case 'before':
    case 'on':
    case 'since': {
      const [year, month, day] = it.day.split('-').map(Number) as [number, number, number]
      return `${it.of === 'sent' ? 'SENT' : ''}${it.key} ${day}-${months[month - 1]}-${year}`
    }
    case 'header':
      return `HEADER ${it.name} ${quoted(it.text)}`
    case 'body':
    case 'text':
      return `${it.key} ${quoted(it.text)}`
    case 'not':
      return `NOT ${write(it.of)}`
    case 'and':
      return `(${it.of.map(write).join(' ')})`
    case 'or':
      return it.of.map(write).reduceRight((rest, one) => `OR ${one} ${rest}`)
    default:
      return it.key
  }
}
