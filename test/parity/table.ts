import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'yaml'

/** One fact about the real service, and how this server keeps to it. */
export interface Fact {
  readonly id: string
  readonly statement: string
  /** The section of the reference page that has it. */
  readonly where: string
  readonly status: 'exact' | 'approximate' | 'absent'
  /** The difference from the real service, for approximate facts. */
  readonly how?: string
  /** The reason, for facts that this server does not keep to. */
  readonly why?: string
  /** Whether clients depend on it: then at least two unmodified clients have to witness it. */
  readonly main: boolean
  readonly witnesses: readonly string[]
}

/** `parity/<name>.yaml`. */
export interface Table {
  readonly name: string
  readonly title: string
  /** The page of docs that has the facts in context, with their sources. */
  readonly reference: string
  /** Sections of the reference page by number, in order. */
  readonly sections: ReadonlyMap<string, string>
  /** Clients of other projects, and the beginning of the names of the tests that drive them unmodified. */
  readonly clients: ReadonlyMap<string, readonly string[]>
  readonly facts: readonly Fact[]
}

const members = ['id', 'statement', 'where', 'status', 'how', 'why', 'main', 'witnesses']

/** Reads a table. Throws with the place of the fault if the text is not a table. */
export function readTable(name: string, text: string): Table {
  const { title, reference, sections, clients, facts } = record(parse(text), name)
  return {
    name,
    title: words(title, 'title'),
    reference: words(reference, 'reference'),
    sections: new Map(inOrder(record(sections, 'sections')).map(([number, it]) => [number, words(it, number)])),
    clients: new Map(Object.entries(record(clients, 'clients')).map(([client, it]) => [client, list(it, client)])),
    facts: array(facts, 'facts').map(factOf),
  }
}

/** Sorts sections by number: an object lists whole numbers first. */
const inOrder = (sections: Record<string, unknown>): [string, unknown][] =>
  Object.entries(sections).sort(([one], [other]) => one.localeCompare(other, 'en', { numeric: true }))

function factOf(from: unknown, index: number): Fact {
  const fact = record(from, `fact ${index + 1}`)
  const id = words(fact.id, `the id of fact ${index + 1}`)
  const strange = Object.keys(fact).find((it) => !members.includes(it))
  if (strange) throw new Error(`${id} has the unknown member '${strange}'`)
  const status = fact.status
  if (status !== 'exact' && status !== 'approximate' && status !== 'absent') {
    throw new Error(`the status of ${id} is not exact, approximate or absent: ${String(status)}`)
  }
  return {
    id,
    statement: words(fact.statement, `the statement of ${id}`),
    where: words(fact.where, `the section of ${id}`),
    status,
    ...(fact.how === undefined ? {} : { how: words(fact.how, `the difference of ${id}`) }),
    ...(fact.why === undefined ? {} : { why: words(fact.why, `the reason of ${id}`) }),
    main: fact.main === true,
    witnesses: list(fact.witnesses ?? [], `the witnesses of ${id}`),
  }
}

function record(from: unknown, what: string): Record<string, unknown> {
  if (typeof from !== 'object' || from === null || Array.isArray(from)) throw new Error(`${what} is not a map`)
  return from as Record<string, unknown>
}

function array(from: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(from)) throw new Error(`${what} is not a list`)
  return from
}

function words(from: unknown, what: string): string {
  if (typeof from !== 'string' || from.trim() === '') throw new Error(`${what} is not a text`)
  return from
}

const list = (from: unknown, what: string): string[] => array(from, what).map((it) => words(it, what))

export const root = path.resolve(import.meta.dirname, '../..')
const folder = path.join(root, 'parity')

export const tables: readonly Table[] = readdirSync(folder)
  .filter((it) => it.endsWith('.yaml'))
  .sort()
  .map((file) => readTable(path.basename(file, '.yaml'), readFileSync(path.join(folder, file), 'utf8')))

export const pageFile = ({ name }: Table): string => path.join(root, 'docs', `parity-${name}.md`)
export const idsFile = ({ name }: Table): string => path.join(folder, `${name}.ids`)

/** Returns the ids that a table had when its page was last printed. */
export const keptIds = (table: Table): readonly string[] => {
  const file = idsFile(table)
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : []
}

/** Returns the text of a file of the project. */
export function sourceOf(file: string): string | undefined {
  const whole = path.join(root, file)
  return existsSync(whole) ? readFileSync(whole, 'utf8') : undefined
}

/** A test that ran, with its name in the form of the tables. */
export interface Ran {
  readonly name: string
  readonly passed: boolean
}

interface Report {
  readonly testResults: readonly {
    readonly name: string
    readonly assertionResults: readonly {
      readonly ancestorTitles: readonly string[]
      readonly title: string
      readonly status: string
    }[]
  }[]
}

/** The tests of a run, out of the file that vitest's `json` reporter left. */
export function readResults(file: string, root: string): readonly Ran[] {
  const { testResults } = JSON.parse(readFileSync(file, 'utf8')) as Report
  return testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map(({ ancestorTitles, title, status }) => ({
      name: [path.relative(root, name), ...ancestorTitles, title].join(' > '),
      passed: status === 'passed',
    })),
  )
}
