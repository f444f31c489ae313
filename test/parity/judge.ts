import type { Fact, Ran, Table } from './table.ts'

/** Clients that have to witness a fact that programs stand and fall with. */
const CLIENTS = 2

/** The clients that are among a fact's witnesses. */
export const clientsOf = (table: Table, fact: Fact): string[] =>
  [...table.clients]
    .filter(([, driven]) => fact.witnesses.some((witness) => driven.some((it) => witness.startsWith(it))))
    .map(([client]) => client)

/**
 * What is wrong with a table, without running anything. `kept` are the ids that it had before, and `source` gives a
 * file's text, or undefined where there is none.
 */
export function faultsOf(
  table: Table,
  kept: readonly string[],
  source: (file: string) => string | undefined,
): readonly string[] {
  const ids = new Set(table.facts.map(({ id }) => id))
  return [
    ...kept.filter((id) => !ids.has(id)).map((id) => `${id} has vanished`),
    ...table.facts
      .map(({ id }) => id)
      .filter((id) => !kept.includes(id))
      .map((id) => `${id} is not on the list of ids`),
    ...misnumbered(table),
    ...table.facts.flatMap((fact) => faultsOfFact(table, fact).map((it) => `${fact.id} ${it}`)),
    ...table.facts.flatMap(({ id, witnesses }) =>
      witnesses.filter((it) => !stands(it, source)).map((it) => `${id} has a witness that does not exist: ${it}`),
    ),
  ]
}

/** What a run of the tests says against a table: witnesses that did not run, were skipped or failed. */
export function faultsInRun(table: Table, results: readonly Ran[]): readonly string[] {
  const verdicts = new Map<string, string | undefined>()
  const verdictOn = (witness: string): string | undefined => {
    if (!verdicts.has(witness)) verdicts.set(witness, judged(results.filter(({ name }) => names(witness, name))))
    return verdicts.get(witness)
  }
  return table.facts.flatMap(({ id, witnesses }) =>
    witnesses.flatMap((it) => {
      const verdict = verdictOn(it)
      return verdict === undefined ? [] : [`${id} has a witness that ${verdict}: ${it}`]
    }),
  )
}

function judged(ran: readonly Ran[]): string | undefined {
  if (ran.length === 0) return 'did not run'
  return ran.every(({ passed }) => passed) ? undefined : 'did not pass'
}

function faultsOfFact(table: Table, fact: Fact): string[] {
  const faults: string[] = []
  if (!table.sections.has(fact.where)) faults.push(`is said in ${fact.where}, which is no section`)
  if (fact.status === 'absent' ? fact.why === undefined : fact.witnesses.length === 0) {
    faults.push(fact.status === 'absent' ? 'is absent, and nothing says why' : 'has no witness')
  }
  if (fact.status === 'approximate' && fact.how === undefined) faults.push('is approximate, and nothing says how')
  if (fact.status !== 'approximate' && fact.how !== undefined) faults.push(`is ${fact.status}, and something says how`)
  if (fact.status !== 'absent' && fact.why !== undefined) faults.push(`is ${fact.status}, and something says why not`)
  if (fact.main && clientsOf(table, fact).length < CLIENTS) faults.push(`is not witnessed by ${CLIENTS} clients`)
  return faults
}

/** Ids tell the table, the section and a number; numbers leave nothing out. */
function misnumbered({ name, facts }: Table): string[] {
  const counted = new Map<string, number>()
  return facts.flatMap(({ id, where }) => {
    const number = (counted.get(where) ?? 0) + 1
    counted.set(where, number)
    const expected = `${name}-${where}-${String(number).padStart(2, '0')}`
    return id === expected ? [] : [`${id} should be ${expected}`]
  })
}

function stands(name: string, source: (file: string) => string | undefined): boolean {
  const witness = witnessOf(name)
  const text = source(witness.file)
  return text !== undefined && standsIn(text, witness)
}

/**
 * The name of a test, as tables give it: `path/to/file.test.ts > describe > test`. A `…` in it stands for any characters,
 * so that one witness may be all cases of a table.
 */
interface Witness {
  readonly file: string
  readonly titles: readonly string[]
}

export function witnessOf(name: string): Witness {
  const [file = '', ...titles] = name.split(' > ')
  return { file, titles }
}

const ANY = '…'

/** Whether there is a text that both patterns fit. */
export function meet(one: string, other: string): boolean {
  const seen = new Set<number>()
  const open: (readonly [number, number])[] = [[0, 0]]
  for (let place = open.pop(); place; place = open.pop()) {
    const [i, j] = place
    if (i === one.length && j === other.length) return true
    const key = i * (other.length + 1) + j
    if (seen.has(key)) continue
    seen.add(key)
    if (one[i] === ANY) open.push([i + 1, j])
    else if (other[j] === ANY) open.push([i, j + 1])
    if (i === one.length || j === other.length) continue
    if (one[i] === ANY) open.push([i, j + 1])
    else if (other[j] === ANY) open.push([i + 1, j])
    else if (one[i] === other[j]) open.push([i + 1, j + 1])
  }
  return false
}

/** Whether a test that ran is one of those that a witness names. */
export const names = (witness: string, ran: string): boolean =>
  witness === ran || meet(witness, ran.replaceAll(ANY, ''))

/** The texts of a source file that can be titles of tests, with `…` for what is filled in. */
function titlesIn(source: string): readonly string[] {
  const literals = source.matchAll(/'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`/g)
  return [...literals]
    .map(([, single, double, template]) => unescaped(single ?? double ?? template!))
    .map((text) => text.replace(/%[sdifjoOpc#]|\$\{[^}]*\}|\$[a-z][\w.]*/gi, ANY))
    .filter((text) => text !== '')
}

const unescaped = (text: string): string => text.replace(/\\(.)/g, '$1')

/** Whether a source file has each of a witness's titles. */
export function standsIn(source: string, { titles }: Witness): boolean {
  const there = titlesIn(source).filter((it) => !new RegExp(`^[${ANY}\\s]*$`).test(it))
  return titles.length > 0 && titles.every((title) => there.some((it) => meet(title, it)))
}
