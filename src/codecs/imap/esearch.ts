import { refuse } from '../../core/refusal.ts'
import { type FolderFilter, namesIn, readFolderFilter } from './list-command.ts'
import { MAX_NUMBER, type ImapReader } from './reader.ts'
import { compactSet } from './sequence-set.ts'

/** RFC 4731 §3.1, RFC 5182 §2.1: what a client wants to know about what was found. */
export interface ReturnOptions {
  readonly min: boolean
  readonly max: boolean
  readonly all: boolean
  readonly count: boolean
  /** What was found becomes `$`. */
  readonly save: boolean
  /** RFC 6203 §4: how relevant it is. */
  readonly relevancy: boolean
  /** RFC 5267 §4.3: how that changes, from now on. */
  readonly update: boolean
  /** RFC 9394 §3.1: in the place of all. */
  readonly partial?: PartialRange | undefined
}

/** RFC 9394 §3.1: places of results, the nearer end first; counted from 1, or from -1 backwards from the last. */
export interface PartialRange {
  readonly first: number
  readonly last: number
}

const names = ['MIN', 'MAX', 'ALL', 'COUNT', 'SAVE', 'RELEVANCY', 'UPDATE'] as const
type Name = (typeof names)[number]

/** RFC 9051 §6.4.4: what a search without RETURN asks for. */
export const everything: ReturnOptions = optionsOf(new Set(['ALL']))

/** `RETURN (…)` with the space after it, if that is next. */
export function readReturn(reader: ImapReader): ReturnOptions | undefined {
  if (!reader.skip('RETURN (')) return undefined
  const asked = new Set<Name>()
  let partial: PartialRange | undefined
  if (!reader.skip(')')) {
    do {
      const word = reader.word()
      // RFC 5267 §4.2: a hint that the search comes again, which asks for nothing.
      if (word === 'CONTEXT') continue
      if (word !== 'PARTIAL') asked.add(known(word))
      else if (partial) refuse('bad-syntax', 'PARTIAL was given before')
      else partial = readPartialRange(reader.space())
    } while (reader.skip(' '))
    reader.expect(')')
  }
  reader.space()
  // RFC 4731 §3.1: nothing in the parentheses stands for ALL.
  if (asked.size === 0 && !partial) return everything
  if (partial && asked.has('ALL')) refuse('bad-syntax', 'PARTIAL and ALL exclude each other')
  return { ...optionsOf(asked), ...(partial && { partial }) }
}

function optionsOf(asked: ReadonlySet<Name>): ReturnOptions {
  return {
    min: asked.has('MIN'),
    max: asked.has('MAX'),
    all: asked.has('ALL'),
    count: asked.has('COUNT'),
    save: asked.has('SAVE'),
    relevancy: asked.has('RELEVANCY'),
    update: asked.has('UPDATE'),
  }
}

const known = (word: string): Name =>
  names.find((name) => name === word) ?? refuse('bad-syntax', `There is no return option ${word}`)

/** What an ESEARCH response says: its numbers in the order of the result. */
export interface EsearchResult {
  readonly tag: string
  readonly uid: boolean
  /** RFC 7377 §2.1: where it was found, by its name as it is written, where more than the selected folder is searched. */
  readonly at?: { readonly mailbox: string; readonly uidValidity: number } | undefined
  readonly numbers: readonly number[]
  /** RFC 6203 §4: from 1 to 100, of each of the numbers. */
  readonly relevancy?: readonly number[] | undefined
  /** RFC 7162 §3.1.5: only where the search asked about mod-sequences. */
  readonly modSeq?: number | undefined
}

/** RFC 4731 §3.1 `ESEARCH`. Nothing is said about the numbers of what was not found. */
export function writeEsearch(asked: ReturnOptions, found: EsearchResult): string {
  const { numbers, relevancy, modSeq } = found
  const parts = [esearchHead(found)]
  if (numbers.length > 0) {
    if (asked.min) parts.push(`MIN ${numbers[0]}`)
    if (asked.max) parts.push(`MAX ${numbers[numbers.length - 1]}`)
    if (asked.all) parts.push(`ALL ${compactSet(numbers)}`)
  }
  if (asked.partial) parts.push(writePart(asked.partial, numbers))
  if (asked.count) parts.push(`COUNT ${numbers.length}`)
  if (asked.relevancy && relevancy) parts.push(`RELEVANCY (${listed(asked, relevancy).join(' ')})`)
  if (modSeq !== undefined && numbers.length > 0) parts.push(`MODSEQ ${modSeq}`)
  return `${parts.join(' ')}\r\n`
}

function esearchHead({ tag, uid, at }: Pick<EsearchResult, 'tag' | 'uid' | 'at'>): string {
  const where = at ? ` MAILBOX ${at.mailbox} UIDVALIDITY ${at.uidValidity}` : ''
  return `* ESEARCH (TAG "${tag}"${where})${uid ? ' UID' : ''}`
}

function writePart(range: PartialRange, numbers: readonly number[]): string {
  const part = partOf(numbers, range)
  return `PARTIAL (${writePartialRange(range)} ${part.length > 0 ? compactSet(part) : 'NIL'})`
}

/** RFC 6203 §4, §6: those of the results that the answer lists, in their order. */
const listed = <T>(asked: ReturnOptions, results: readonly T[]): readonly T[] =>
  asked.partial ? partOf(results, asked.partial) : reportedResults(asked, results)

/** Whether there is anything to answer. */
export const isAnswered = ({ min, max, all, count, relevancy, update, partial }: ReturnOptions): boolean =>
  min || max || all || count || relevancy || update || partial !== undefined

/**
 * Those of the results that the answer speaks of. RFC 5182 §2.4: they are what is saved; RFC 7162 §3.1.10: they are what
 * the answer's mod-sequence is about.
 */
export function reportedResults<T>(asked: ReturnOptions, results: readonly T[]): readonly T[] {
  const { min, max, all, count, partial } = asked
  if (all || count || !(min || max || partial) || results.length === 0) return results
  const places = new Set<number>()
  if (min) places.add(0)
  if (max) places.add(results.length - 1)
  const spoken = partial ? new Set(partOf(results.keys().toArray(), partial)).union(places) : places
  return results.filter((_, place) => spoken.has(place))
}

const shape = /(-?)([1-9]\d{0,9}):(-?)([1-9]\d{0,9})/y

export function readPartialRange(reader: ImapReader): PartialRange {
  const [, sign, one, otherSign, other] = reader.match(shape) ?? refuse('bad-syntax', 'Expected a range')
  const ends = [Number(one), Number(other)].sort((a, b) => a - b) as [number, number]
  // RFC 9394 §4: both count from the same end.
  if (sign !== otherSign || ends[1] > MAX_NUMBER) refuse('bad-syntax', 'Expected a range')
  const [first, last] = sign === '-' ? ([-ends[0], -ends[1]] as const) : ends
  return { first, last }
}

export const writePartialRange = ({ first, last }: PartialRange): string => `${first}:${last}`

/** Those of the results that lie in the range, in their order. */
export const partOf = <T>(results: readonly T[], { first, last }: PartialRange): readonly T[] =>
  first > 0
    ? results.slice(first - 1, last)
    : results.slice(Math.max(results.length + last, 0), results.length + first + 1)

/** Names of folders in one command. */
const MOST_NAMES = 1000

// RFC 7377 §2.2: without selected-delayed.
const words = ['selected', 'inboxes', 'personal', 'subscribed', 'subtree', 'subtree-one', 'mailboxes'] as const

/** RFC 7377 §4 `esearch-source-opts` with the space after it, if that is next; the selected folder otherwise. */
export function readSources(reader: ImapReader): readonly FolderFilter[] {
  if (!reader.skip('IN (')) return [{ of: 'selected' }]
  const sources: FolderFilter[] = []
  do {
    // RFC 7377 §4 `scope-options`: there are none yet.
    if (reader.peek() === '(') refuse('bad-syntax', 'There is no such option')
    sources.push(readFolderFilter(reader, words))
  } while (reader.skip(' '))
  reader.expect(')')
  if (namesIn(sources) > MOST_NAMES) refuse('too-big', 'That is more than is searched', { code: 'LIMIT' })
  reader.space()
  return sources
}

/** Results next to each other, from a position on, which counts from 1; 0 where the order is that of the folder. */
export interface ResultRun<T = number> {
  readonly position: number
  readonly results: readonly T[]
}

/** RFC 5267 §4.3.4: where the results stand that go, each run as it is when those before it are gone. */
export function removals<T>(results: readonly T[], gone: ReadonlySet<T>): ResultRun<T>[] {
  const runs: { position: number; results: T[] }[] = []
  let position = 1
  let running = false
  for (const each of results) {
    if (!gone.has(each)) {
      position += 1
      running = false
    } else if (running) runs.at(-1)!.results.push(each)
    else {
      runs.push({ position, results: [each] })
      running = true
    }
  }
  return runs
}

/** RFC 5267 §4.3.3: where the results stand that came, each run as it is when those before it are there. */
export function additions<T>(results: readonly T[], fresh: ReadonlySet<T>): ResultRun<T>[] {
  const runs: { position: number; results: T[] }[] = []
  for (const [place, each] of results.entries()) {
    if (!fresh.has(each)) continue
    const last = runs.at(-1)
    if (last && last.position + last.results.length === place + 1) last.results.push(each)
    else runs.push({ position: place + 1, results: [each] })
  }
  return runs
}

/** RFC 5267 §5 `ret-data-removefrom` and `ret-data-addto`, those that go first; empty where there is nothing to say. */
export function writeChanges(
  of: Pick<EsearchResult, 'tag' | 'uid' | 'at'>,
  removed: readonly ResultRun[],
  added: readonly ResultRun[],
): string {
  const said = [written('REMOVEFROM', removed), written('ADDTO', added)].filter((text) => text !== '')
  return said.length === 0 ? '' : `${esearchHead(of)} ${said.join(' ')}\r\n`
}

const written = (name: string, placed: readonly ResultRun[]): string =>
  placed.length === 0
    ? ''
    : `${name} (${placed.map(({ position, results }) => `${position} ${compactSet(results)}`).join(' ')})`
