import type { Ran } from './results.ts'
import type { Fact, Table } from './table.ts'
import { names, standsIn, witnessOf } from './witness.ts'

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
