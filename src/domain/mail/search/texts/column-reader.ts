import type { DayRange } from '../header-facts.ts'
import type { Ask, BodyAsk } from '../leaves.ts'
import { NO, UNKNOWN, type Verdicts, verdicts, YES } from '../verdicts.ts'
import { columnsFor, indexedFields, NAME_START, NEVER, TRIGRAM_FILTER, TEXT_END, TextColumn } from './text-column.ts'
import {
  columnKey,
  type LookResult,
  type LookJob,
  type ReadJob,
  type ScanJob,
  type Scanned,
  type ScannedSegment,
  type Sifted,
  type SiftJob,
  unstacked,
} from './text-jobs.ts'
import { TrigramFilter } from './trigram-filter.ts'

/** A result, and its buffers that can be transferred. */
export interface ColumnVerdicts {
  readonly result: Scanned | Sifted | LookResult
  readonly given: readonly ArrayBuffer[]
}

/** Does jobs with the columns that it was given, until a job drops them. */
export class ColumnReader {
  readonly #kept = new Map<string, Uint8Array<ArrayBuffer>>()
  /** Parsed from the columns. */
  readonly #sieves = new Map<string, TrigramFilter>()

  answer(job: ReadJob): ColumnVerdicts {
    for (const [key, bytes] of job.put) {
      this.#kept.set(key, bytes)
      this.#sieves.delete(key)
    }
    const answer = this.#do(job)
    for (const key of job.drop) this.#release(key)
    return answer
  }

  #do(job: ReadJob): ColumnVerdicts {
    switch (job.kind) {
      case 'scan':
        return this.#scan(job)
      case 'sift':
        return this.#sift(job)
      default:
        return look(job)
    }
  }

  #scan({ asks, segments }: ScanJob): ColumnVerdicts {
    const answers = new Uint8Array(asks.length * messagesIn(segments))
    const damaged: number[] = []
    let at = 0
    for (const one of segments) {
      const end = at + asks.length * one.count
      if (!this.#scanSegment(one, asks, answers.subarray(at, end))) damaged.push(one.segment)
      at = end
    }
    return { result: { verdicts: answers, damaged }, given: [answers.buffer] }
  }

  /** Returns false if the segment is damaged. */
  #scanSegment({ segment, count }: ScannedSegment, asks: readonly Ask[], answers: Verdicts): boolean {
    return asks.every((ask, nth) =>
      scan(ask, (name) => this.#column(segment, name), answers.subarray(nth * count, (nth + 1) * count)),
    )
  }

  #sift({ asks, segments }: SiftJob): ColumnVerdicts {
    const needles = asks.map(({ needle }) => Buffer.from(needle))
    const passing = new Uint8Array(messagesIn(segments))
    const places: number[] = []
    const damaged: number[] = []
    let first = 0
    for (const one of segments) {
      const sieve = this.#sieve(one)
      if (!sieve) damaged.push(one.segment)
      else {
        for (const message of sieve.passing(needles)) {
          passing[first + message] = 1
          places.push(...sieve.places(message))
        }
      }
      first += one.count
    }
    const given = Uint32Array.from(places)
    return { result: { passing, places: given, damaged }, given: [passing.buffer, given.buffer] }
  }

  #sieve({ segment, count }: ScannedSegment): TrigramFilter | undefined {
    const key = columnKey(segment, TRIGRAM_FILTER)
    const known = this.#sieves.get(key) ?? TrigramFilter.read(this.#column(segment, TRIGRAM_FILTER), count)
    if (known) this.#sieves.set(key, known)
    return known
  }

  #column(segment: number, name: string): Uint8Array<ArrayBuffer> {
    const column = this.#kept.get(columnKey(segment, name))
    if (!column) throw new Error(`The column '${name}' is not here`)
    return column
  }

  #release(key: string): void {
    // Freed at once: until the garbage collector runs, they would add up in large folders.
    this.#kept.get(key)?.buffer.transfer(0)
    this.#kept.delete(key)
    this.#sieves.delete(key)
  }
}

function look({ asks, texts }: LookJob): ColumnVerdicts {
  const needles = asks.map(({ needle }) => Buffer.from(needle))
  const pieces = unstacked(texts)
  const count = pieces.length / 2
  const answers = verdicts(asks.length * count, NO)
  const damaged: number[] = []
  for (let message = 0; message < count; message++) {
    const [lines, body] = [pieces[2 * message]!, pieces[2 * message + 1]!]
    const whole = isWhole(lines) && isWhole(body)
    if (!whole) damaged.push(message)
    for (const [nth, { of }] of asks.entries()) {
      answers[nth * count + message] = whole ? verdictOn(of, needles[nth]!, lines, body) : UNKNOWN
    }
  }
  texts.bytes.buffer.transfer(0)
  return { result: { verdicts: answers, damaged }, given: [answers.buffer] }
}

const isWhole = (texts: Buffer): boolean => texts.length === 0 || texts.at(-1) === TEXT_END[0]

const verdictOn = (of: BodyAsk['of'], needle: Buffer, lines: Buffer, body: Buffer): number =>
  body.includes(needle) || (of === 'text' && lines.includes(needle)) ? YES : NO

const messagesIn = (segments: readonly ScannedSegment[]): number => segments.reduce((sum, { count }) => sum + count, 0)

/**
 * Writes the verdicts of a segment's columns into `answers`, which are all NO. Returns false if the columns are
 * damaged.
 */
export function scan(ask: Ask, column: (name: string) => Uint8Array<ArrayBuffer>, answers: Uint8Array): boolean {
  const [first, ...rest] = columnsFor(ask)
  if (ask.of === 'sent') return scanDays(ask, column(first!), answers)
  const { octets, means } = searchFor(ask)
  for (const name of [first!, ...rest]) {
    const texts = TextColumn.read(column(name), answers.length)
    if (!texts) return false
    for (const at of texts.holding(octets)) answers[at] = means
  }
  return true
}

function scanDays({ first, last }: DayRange, bytes: Uint8Array<ArrayBuffer>, answers: Uint8Array): boolean {
  if (bytes.length !== answers.length * Int32Array.BYTES_PER_ELEMENT) return false
  for (const [at, day] of new Int32Array(bytes.buffer).entries()) {
    answers[at] = day !== NEVER && day >= first && day <= last ? YES : NO
  }
  return true
}

/** The octets to search for, and the verdict on a message that contains them. */
function searchFor(ask: Exclude<Ask, { readonly of: 'sent' }>): {
  readonly octets: Uint8Array
  readonly means: number
} {
  if (ask.of !== 'field' || indexedFields.includes(ask.name)) return { octets: Buffer.from(ask.needle), means: YES }
  const octets = Buffer.concat([NAME_START, Buffer.from(ask.name), TEXT_END])
  return { octets, means: ask.needle === '' ? YES : UNKNOWN }
}
