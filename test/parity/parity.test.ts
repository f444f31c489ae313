import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryDirectory } from '../support/disk.ts'
import { faultsInRun, faultsOf, meet, names, standsIn, witnessOf } from './judge.ts'
import { parityPage } from './page.ts'
import { keptIds, pageFile, readResults, readTable, sourceOf, tables } from './table.ts'

describe.each(tables.map((it) => [it.name, it] as const))('the parity table %s', (_, table) => {
  it('has every earlier fact, and an existing witness for each fact that holds', () => {
    expect(faultsOf(table, keptIds(table), sourceOf)).toEqual([])
  })

  it('is up to date on its page', () => {
    expect(readFileSync(pageFile(table), 'utf8')).toBe(parityPage(table))
  })
})

const yaml = (facts: string): string => `
title: Bread
reference: docs/reference/README.md
sections: { '1': Loaves }
clients: { Miller: [mill.test.ts], Baker: [bake.test.ts] }
facts:
${facts}`
const fact = (further = '', id = 'bread-1-01'): string =>
  `  - { id: ${id}, statement: Bread is baked., where: '1', status: exact, witnesses: [a.test.ts > bread > is baked]${further} }\n`
const table = (facts: string) => readTable('bread', yaml(facts))
const source = (file: string): string | undefined =>
  ['a.test.ts', 'mill.test.ts', 'bake.test.ts'].includes(file)
    ? "describe('bread', () => { it('is baked'); it.each([1])('rises %i times') })"
    : undefined

describe('a parity table', () => {
  it('is correct if each fact has an existing witness', () => {
    expect(faultsOf(table(fact()), ['bread-1-01'], source)).toEqual([])
  })

  it.each([
    ['a fact that is missing', fact(), ['bread-1-01', 'bread-1-02'], 'bread-1-02 is missing'],
    ['a fact that is not on the list', fact(), [], 'bread-1-01 is not on the list of ids'],
    ['a gap in the numbers', fact('', 'bread-1-03'), ['bread-1-03'], 'bread-1-03 should be bread-1-01'],
    ['no witness', fact().replace('a.test.ts > bread > is baked', ''), ['bread-1-01'], 'bread-1-01 has no witness'],
    [
      'a test that does not exist',
      fact().replace('is baked]', 'is cut]'),
      ['bread-1-01'],
      'bread-1-01 has a witness that does not exist: a.test.ts > bread > is cut',
    ],
    [
      'a file that does not exist',
      fact().replace('a.test.ts', 'b.test.ts'),
      ['bread-1-01'],
      'bread-1-01 has a witness that does not exist: b.test.ts > bread > is baked',
    ],
    [
      'absence without a reason',
      fact().replace('exact', 'absent'),
      ['bread-1-01'],
      'bread-1-01 is absent without a reason (why)',
    ],
    [
      'an approximate fact without a difference',
      fact().replace('exact', 'approximate'),
      ['bread-1-01'],
      'bread-1-01 is approximate without a difference (how)',
    ],
    [
      'an exact fact with a difference',
      fact(', how: Nearly.'),
      ['bread-1-01'],
      'bread-1-01 is exact, but has a difference (how)',
    ],
    ['an exact fact with a reason', fact(', why: No.'), ['bread-1-01'], 'bread-1-01 is exact, but has a reason (why)'],
    [
      'a section that does not exist',
      fact('', 'bread-2-01').replace("'1'", "'2'"),
      ['bread-2-01'],
      'bread-2-01 names section 2, which does not exist',
    ],
    [
      'an essential fact with one client',
      fact(', main: true').replace('a.test.ts', 'mill.test.ts'),
      ['bread-1-01'],
      'bread-1-01 is essential, but fewer than 2 clients witness it',
    ],
  ])('is refused for %s', (_, facts, kept, fault) => {
    expect(faultsOf(table(facts), kept, source)).toEqual([fault])
  })

  it.each([
    ['an unknown member', fact(', note: x'), "bread-1-01 has the unknown member 'note'"],
    [
      'an unknown status',
      fact().replace('exact', 'maybe'),
      'status of bread-1-01 is not exact, approximate or absent: maybe',
    ],
    [
      'a fact without a statement',
      fact().replace('Bread is baked.', "''"),
      'the statement of bread-1-01 is not a text',
    ],
  ])('is not read with %s', (_, facts, message) => {
    expect(() => table(facts)).toThrow(message)
  })

  it('holds for a run in which each witness passed, and for no other', () => {
    const name = 'a.test.ts > bread > is baked'
    expect(faultsInRun(table(fact()), [{ name, passed: true }])).toEqual([])
    const said = (verdict: string) => [`bread-1-01 has a witness that ${verdict}: ${name}`]
    expect(faultsInRun(table(fact()), [])).toEqual(said('did not run'))
    expect(faultsInRun(table(fact()), [{ name, passed: false }])).toEqual(said('did not pass'))
  })
})

const rises = (times: number, passed: boolean) => ({ name: `a.test.ts > bread > rises ${times} times`, passed })

describe('a witness', () => {
  it('can name all cases of a test, all of which must pass', () => {
    const all = table(fact().replace('is baked]', 'rises … times]'))
    expect(faultsOf(all, ['bread-1-01'], source)).toEqual([])
    expect(faultsInRun(all, [rises(1, true), rises(2, true)])).toEqual([])
    expect(faultsInRun(all, [rises(1, true), rises(2, false)])).toHaveLength(1)
  })

  it.each([
    ['a … c', 'a b c', true],
    ['a …', 'a … b', true],
    ['… b', 'a …', true],
    ['a', 'b', false],
    ['a…', 'b…', false],
    ['', '…', true],
    ['', 'a', false],
  ])('of the name %j and of the name %j can be the same test: %s', (one, other, can) => {
    expect(meet(one, other)).toBe(can)
    expect(meet(other, one)).toBe(can)
  })

  it('can be of any length', () => {
    expect(meet('takes …', `takes ${'x'.repeat(100_000)}`)).toBe(true)
    expect(meet('takes … y', `takes ${'x'.repeat(100_000)}`)).toBe(false)
  })

  it('matches a test with exactly that name', () => {
    expect(names('f > a', 'f > a')).toBe(true)
    expect(names('f > a', 'f > ab')).toBe(false)
    expect(names('f > … tells', 'f > it … tells')).toBe(true)
  })

  it('is looked up among the titles of a file; a title that is only a placeholder matches nothing', () => {
    const text = "describe('it\\'s', () => it.each(['one'])('%s', run))"
    expect(standsIn(text, witnessOf("f > it's > one"))).toBe(true)
    expect(standsIn(text, witnessOf("f > it's > two"))).toBe(false)
    expect(standsIn(text, witnessOf('f'))).toBe(false)
  })
})

it('reads the results of a run as vitest writes them', () => {
  const file = path.join(temporaryDirectory(), 'results.json')
  const assertionResults = [
    { ancestorTitles: ['bread'], title: 'is baked', status: 'passed' },
    { ancestorTitles: [], title: 'is cut', status: 'skipped' },
  ]
  writeFileSync(file, JSON.stringify({ testResults: [{ name: '/here/a.test.ts', assertionResults }] }))
  expect(readResults(file, '/here')).toEqual([
    { name: 'a.test.ts > bread > is baked', passed: true },
    { name: 'a.test.ts > is cut', passed: false },
  ])
})
