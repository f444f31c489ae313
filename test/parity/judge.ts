import type { Fact, Ran, Table } from './table.ts'

/** The number of clients that must witness an essential fact. */
const CLIENTS = 2

/** Returns the clients among the witnesses of a fact. */
export const clientsOf = (table: Table, fact: Fact): string[] =>
  [...table.clients]
    .filter(([, driven]) => fact.witnesses.some((witness) => driven.some((it) => witness.startsWith(it))))
    .map(([client]) => client)

/**
 * Returns the faults of a table that can be found without running tests. `kept` are the ids that it had before.
 * `source` returns the text of a file, or undefined if the file is missing.
 */
export function faultsOf(
  table: Table,
  kept: readonly string[],
  source: (file: string) => string | undefined,
): readonly string[] {
  const ids = new Set(table.facts.map(({ id }) => id))
  return [
    ...kept.filter((id) => !ids.has(id)).map((id) => `${id} is missing`),
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

/** Returns the witnesses that did not run, were skipped or failed in a run of the tests. */
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
  if (!table.sections.has(fact.where)) faults.push(`names section ${fact.where}, which does not exist`)
  if (fact.status === 'absent' ? fact.why === undefined : fact.witnesses.length === 0) {
    faults.push(fact.status === 'absent' ? 'is absent without a reason (why)' : 'has no witness')
  }
  if (fact.status === 'approximate' && fact.how === undefined) faults.push('is approximate without a difference (how)')
  if (fact.status !== 'approximate' && fact.how !== undefined)
    faults.push(`is ${fact.status}, but has a difference (how)`)
  if (fact.status !== 'absent' && fact.why !== undefined) faults.push(`is ${fact.status}, but has a reason (why)`)
  if (fact.main && clientsOf(table, fact).length < CLIENTS)
    faults.push(`is essential, but fewer than ${CLIENTS} clients witness it`)
  return faults
}

/** An id has the table, the section and a number; the numbers have no gaps. */
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
 * The name of a test in a table: `path/to/file.test.ts > describe > test`. A `…` matches any characters, so one witness
 * can name all cases of a parameterized test.
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

/** Whether some text matches both patterns. */
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

/** Whether a witness names a test that ran. */
export const names = (witness: string, ran: string): boolean =>
  witness === ran || meet(witness, ran.replaceAll(ANY, ''))

/** Returns the string literals of a source file that can be titles of tests, with `…` for placeholders. */
function titlesIn(source: string): readonly string[] {
  const literals = source.matchAll(/'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`/g)
  return [...literals]
    .map(([, single, double, template]) => unescaped(single ?? double ?? template!))
    .map((text) => text.replace(/%[sdifjoOpc#]|\$\{[^}]*\}|\$[a-z][\w.]*/gi, ANY))
    .filter((text) => text !== '')
}

const unescaped = (text: string): string => text.replace(/\\(.)/g, '$1')

/** Whether a source file has every title of a witness. */
export function standsIn(source: string, { titles }: Witness): boolean {
  const there = titlesIn(source).filter((it) => !new RegExp(`^[${ANY}\\s]*$`).test(it))
  return titles.length > 0 && titles.every((title) => there.some((it) => meet(title, it)))
}
