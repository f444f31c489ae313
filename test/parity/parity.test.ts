import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryDirectory } from '../support/disk.ts'
import { faultsInRun, faultsOf, meet, names, standsIn, witnessOf } from './judge.ts'
import { parityPage } from './page.ts'
import { keptIds, pageFile, readResults, readTable, sourceOf, tables } from './table.ts'

describe.each(tables.map((it) => [it.name, it] as const))('the parity table %s', (_, table) => {
  it('has every fact that it had, and a witness that exists for each that is kept to', () => {
    expect(faultsOf(table, keptIds(table), sourceOf)).toEqual([])
  })

  it('is the one that its page shows', () => {
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
  it('is in order when each fact has a witness that exists', () => {
    expect(faultsOf(table(fact()), ['bread-1-01'], source)).toEqual([])
  })

  it.each([
    ['a fact that vanished', fact(), ['bread-1-01', 'bread-1-02'], 'bread-1-02 has vanished'],
    ['a fact that is not on the list', fact(), [], 'bread-1-01 is not on the list of ids'],
    ['a number that is left out', fact('', 'bread-1-03'), ['bread-1-03'], 'bread-1-03 should be bread-1-01'],
    ['no witness', fact().replace('a.test.ts > bread > is baked', ''), ['bread-1-01'], 'bread-1-01 has no witness'],
    [
      'a test that is not there',
      fact().replace('is baked]', 'is cut]'),
      ['bread-1-01'],
      'bread-1-01 has a witness that does not exist: a.test.ts > bread > is cut',
    ],
    [
      'a file that is not there',
      fact().replace('a.test.ts', 'b.test.ts'),
      ['bread-1-01'],
      'bread-1-01 has a witness that does not exist: b.test.ts > bread > is baked',
    ],
    [
      'absence without a reason',
      fact().replace('exact', 'absent'),
      ['bread-1-01'],
      'bread-1-01 is absent, and nothing says why',
    ],
    [
      'approximation without a manner',
      fact().replace('exact', 'approximate'),
      ['bread-1-01'],
      'bread-1-01 is approximate, and nothing says how',
    ],
    [
      'a manner of what is exact',
      fact(', how: Nearly.'),
      ['bread-1-01'],
      'bread-1-01 is exact, and something says how',
    ],
    ['a reason for nothing', fact(', why: No.'), ['bread-1-01'], 'bread-1-01 is exact, and something says why not'],
    [
      'a section that is none',
      fact('', 'bread-2-01').replace("'1'", "'2'"),
      ['bread-2-01'],
      'bread-2-01 is said in 2, which is no section',
    ],
    [
      'a main fact that one client saw',
      fact(', main: true').replace('a.test.ts', 'mill.test.ts'),
      ['bread-1-01'],
      'bread-1-01 is not witnessed by 2 clients',
    ],
  ])('is refused for %s', (_, facts, kept, fault) => {
    expect(faultsOf(table(facts), kept, source)).toEqual([fault])
  })

  it.each([
    ['a member that says nothing', fact(', note: x'), "bread-1-01 has a 'note'"],
    ['a status that is none', fact().replace('exact', 'maybe'), 'neither exact nor approximate nor absent: maybe'],
    ['a fact without a statement', fact().replace('Bread is baked.', "''"), 'the statement of bread-1-01 is no text'],
  ])('is not read with %s', (_, facts, message) => {
    expect(() => table(facts)).toThrow(message)
  })

  it('holds against a run in which each witness passed, and no other', () => {
    const name = 'a.test.ts > bread > is baked'
    expect(faultsInRun(table(fact()), [{ name, passed: true }])).toEqual([])
    const said = (verdict: string) => [`bread-1-01 has a witness that ${verdict}: ${name}`]
    expect(faultsInRun(table(fact()), [])).toEqual(said('did not run'))
    expect(faultsInRun(table(fact()), [{ name, passed: false }])).toEqual(said('did not pass'))
  })
})

const rises = (times: number, passed: boolean) => ({ name: `a.test.ts > bread > rises ${times} times`, passed })

describe('a witness', () => {
  it('may be all cases of a test, each of which has to pass', () => {
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

  it('may be as long as it likes', () => {
    expect(meet('takes …', `takes ${'x'.repeat(100_000)}`)).toBe(true)
    expect(meet('takes … y', `takes ${'x'.repeat(100_000)}`)).toBe(false)
  })

  it('is a test that ran by that name and no longer one', () => {
    expect(names('f > a', 'f > a')).toBe(true)
    expect(names('f > a', 'f > ab')).toBe(false)
    expect(names('f > … tells', 'f > it … tells')).toBe(true)
  })

  it('is looked for among the titles of a file, and a title that is only filled in is nobody’s', () => {
    const text = "describe('it\\'s', () => it.each(['one'])('%s', run))"
    expect(standsIn(text, witnessOf("f > it's > one"))).toBe(true)
    expect(standsIn(text, witnessOf("f > it's > two"))).toBe(false)
    expect(standsIn(text, witnessOf('f'))).toBe(false)
  })
})

it('the results of a run are read as vitest leaves them', () => {
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
