import { refuse } from '../../core/refusal.ts'
import { type FolderFilter, namesIn, readFolderFilter } from './list-command.ts'
import { MAX_NUMBER, type ImapReader } from './reader.ts'
import { compactSet } from './sequence-set.ts'

/** RFC 4731 §3.1, RFC 5182 §2.1: the return options of a search. */
export interface ReturnOptions {
  readonly min: boolean
  readonly max: boolean
  readonly all: boolean
  readonly count: boolean
  /** The result is saved as `$`. */
  readonly save: boolean
  /** RFC 6203 §4: report the relevancy of each result. */
  readonly relevancy: boolean
  /** RFC 5267 §4.3: report later changes of the result. */
  readonly update: boolean
  /** RFC 9394 §3.1: report only this part of the result, instead of all. */
  readonly partial?: PartialRange | undefined
}

/**
 * RFC 9394 §3.1: positions of results, the nearer end first; from 1 upwards, or from -1 backwards from the last result.
 */
export interface PartialRange {
  readonly first: number
  readonly last: number
}

const names = ['MIN', 'MAX', 'ALL', 'COUNT', 'SAVE', 'RELEVANCY', 'UPDATE'] as const
type Name = (typeof names)[number]

/** RFC 9051 §6.4.4: the options of a search without RETURN. */
export const everything: ReturnOptions = optionsOf(new Set(['ALL']))

/** Reads `RETURN (…)` and the space after it, if it comes next. */
export function readReturn(reader: ImapReader): ReturnOptions | undefined {
  if (!reader.skip('RETURN (')) return undefined
  const options = new Set<Name>()
  let partial: PartialRange | undefined
  if (!reader.skip(')')) {
    do {
      const word = reader.word()
      // RFC 5267 §4.2: a hint that the client will repeat the search; it requests nothing.
      if (word === 'CONTEXT') continue
      if (word !== 'PARTIAL') options.add(known(word))
      else if (partial) refuse('bad-syntax', 'PARTIAL appears twice')
      else partial = readPartialRange(reader.space())
    } while (reader.skip(' '))
    reader.expect(')')
  }
  reader.space()
  // RFC 4731 §3.1: empty parentheses mean ALL.
  if (options.size === 0 && !partial) return everything
  if (partial && options.has('ALL')) refuse('bad-syntax', 'PARTIAL and ALL exclude each other')
  return { ...optionsOf(options), ...(partial && { partial }) }
}

function optionsOf(options: ReadonlySet<Name>): ReturnOptions {
  return {
    min: options.has('MIN'),
    max: options.has('MAX'),
    all: options.has('ALL'),
    count: options.has('COUNT'),
    save: options.has('SAVE'),
    relevancy: options.has('RELEVANCY'),
    update: options.has('UPDATE'),
  }
}

const known = (word: string): Name =>
  names.find((name) => name === word) ?? refuse('bad-syntax', `Unknown return option ${word}`)

/** The content of an ESEARCH response; the numbers are in the order of the result. */
export interface EsearchResult {
  readonly tag: string
  readonly uid: boolean
  /** RFC 7377 §2.1: the searched folder, with its name as the response writes it; undefined for SEARCH and SORT. */
  readonly at?: { readonly mailbox: string; readonly uidValidity: number } | undefined
  readonly numbers: readonly number[]
  /** RFC 6203 §4: the relevancy of each number, from 1 to 100. */
  readonly relevancy?: readonly number[] | undefined
  /** RFC 7162 §3.1.5: present only if the search had a MODSEQ key. */
  readonly modSeq?: number | undefined
}

/** Writes RFC 4731 §3.1 `ESEARCH`. An empty result has no MIN, MAX and ALL. */
export function writeEsearch(options: ReturnOptions, found: EsearchResult): string {
  const { numbers, relevancy, modSeq } = found
  const parts = [esearchHead(found)]
  if (numbers.length > 0) {
    if (options.min) parts.push(`MIN ${numbers[0]}`)
    if (options.max) parts.push(`MAX ${numbers[numbers.length - 1]}`)
    if (options.all) parts.push(`ALL ${compactSet(numbers)}`)
  }
  if (options.partial) parts.push(writePart(options.partial, numbers))
  if (options.count) parts.push(`COUNT ${numbers.length}`)
  if (options.relevancy && relevancy) parts.push(`RELEVANCY (${listed(options, relevancy).join(' ')})`)
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

/** RFC 6203 §4, §6: the results that the response lists, in their order. */
const listed = <T>(options: ReturnOptions, results: readonly T[]): readonly T[] =>
  options.partial ? partOf(results, options.partial) : reportedResults(options, results)

/** Whether the search has a response: SAVE alone has none. */
export const isAnswered = ({ min, max, all, count, relevancy, update, partial }: ReturnOptions): boolean =>
  min || max || all || count || relevancy || update || partial !== undefined

/**
 * The results that the response reports. RFC 5182 §2.4: SAVE saves these; RFC 7162 §3.1.10: the mod-sequence of the
 * response is the highest of these.
 */
export function reportedResults<T>(options: ReturnOptions, results: readonly T[]): readonly T[] {
  const { min, max, all, count, partial } = options
  if (all || count || !(min || max || partial) || results.length === 0) return results
  const positions = new Set<number>()
  if (min) positions.add(0)
  if (max) positions.add(results.length - 1)
  const reported = partial ? new Set(partOf(results.keys().toArray(), partial)).union(positions) : positions
  return results.filter((_, place) => reported.has(place))
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

/** The results in the range, in their order. */
export const partOf = <T>(results: readonly T[], { first, last }: PartialRange): readonly T[] =>
  first > 0
    ? results.slice(first - 1, last)
    : results.slice(Math.max(results.length + last, 0), results.length + first + 1)

/** Maximum number of folder names in one command. */
const MOST_NAMES = 1000

// RFC 7377 §2.2: without selected-delayed.
const words = ['selected', 'inboxes', 'personal', 'subscribed', 'subtree', 'subtree-one', 'mailboxes'] as const

/**
 * Reads RFC 7377 §4 `esearch-source-opts` and the space after it, if it comes next; otherwise the source is the
 * selected folder.
 */
export function readSources(reader: ImapReader): readonly FolderFilter[] {
  if (!reader.skip('IN (')) return [{ of: 'selected' }]
  const sources: FolderFilter[] = []
  do {
    // RFC 7377 §4 `scope-options`: no specification defines one.
    if (reader.peek() === '(') refuse('bad-syntax', 'Unknown option')
    sources.push(readFolderFilter(reader, words))
  } while (reader.skip(' '))
  reader.expect(')')
  if (namesIn(sources) > MOST_NAMES) refuse('too-big', 'Too many names', { code: 'LIMIT' })
  reader.space()
  return sources
}

/** Adjacent results and the position of the first, from 1; position 0 if the results are in the order of the folder. */
export interface ResultRun<T = number> {
  readonly position: number
  readonly results: readonly T[]
}

/**
 * RFC 5267 §4.3.4: the positions of removed results. Each run has the position that holds after the removal of the runs
 * before it.
 */
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

/**
 * RFC 5267 §4.3.3: the positions of new results. Each run has the position that holds after the runs before it were
 * added.
 */
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

/** Writes RFC 5267 §5 `ret-data-removefrom`, then `ret-data-addto`; an empty text if nothing changed. */
export function writeChanges(
  of: Pick<EsearchResult, 'tag' | 'uid' | 'at'>,
  removed: readonly ResultRun[],
  added: readonly ResultRun[],
): string {
  const changes = [writeRuns('REMOVEFROM', removed), writeRuns('ADDTO', added)].filter((text) => text !== '')
  return changes.length === 0 ? '' : `${esearchHead(of)} ${changes.join(' ')}\r\n`
}

const writeRuns = (name: string, runs: readonly ResultRun[]): string =>
  runs.length === 0
    ? ''
    : `${name} (${runs.map(({ position, results }) => `${position} ${compactSet(results)}`).join(' ')})`
