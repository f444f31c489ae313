import type { Ask, BodyAsk } from '../leaves.ts'
import { NO, UNKNOWN, type Verdicts, verdicts, YES } from '../verdicts.ts'
import { SIEVE } from './columns.ts'
import { scan } from './scan.ts'
import { Sieve } from './sieve.ts'
import { TEXT_END } from './text-column.ts'
import {
  columnKey,
  type Looked,
  type LookJob,
  type ReadJob,
  type ScanJob,
  type Scanned,
  type ScannedSegment,
  type Sifted,
  type SiftJob,
  unstacked,
} from './text-jobs.ts'
import { serveJobs } from './thread-jobs.ts'

const kept = new Map<string, Uint8Array<ArrayBuffer>>()
/** Of the columns that are kept. */
const sieves = new Map<string, Sieve>()

serveJobs<ReadJob, Scanned | Sifted | Looked>((job) => {
  for (const [key, bytes] of job.put) {
    kept.set(key, bytes)
    sieves.delete(key)
  }
  const answer = answerTo(job)
  for (const key of job.drop) release(key)
  return answer
})

function answerTo(job: ReadJob) {
  switch (job.kind) {
    case 'scan':
      return scanSegments(job)
    case 'sift':
      return siftSegments(job)
    default:
      return lookThrough(job)
  }
}

function scanSegments({ asks, segments }: ScanJob): { result: Scanned; given: ArrayBuffer[] } {
  const answers = new Uint8Array(asks.length * messagesIn(segments))
  const damaged: number[] = []
  let at = 0
  for (const one of segments) {
    const end = at + asks.length * one.count
    if (!scanSegment(one, asks, answers.subarray(at, end))) damaged.push(one.segment)
    at = end
  }
  return { result: { verdicts: answers, damaged }, given: [answers.buffer] }
}

/** False for one that is damaged. */
const scanSegment = ({ segment, count }: ScannedSegment, asks: readonly Ask[], answers: Verdicts): boolean =>
  asks.every((ask, nth) => scan(ask, (name) => column(segment, name), answers.subarray(nth * count, (nth + 1) * count)))

function siftSegments({ asks, segments }: SiftJob): { result: Sifted; given: ArrayBuffer[] } {
  const needles = asks.map(({ needle }) => Buffer.from(needle))
  const passing = new Uint8Array(messagesIn(segments))
  const places: number[] = []
  const damaged: number[] = []
  let first = 0
  for (const one of segments) {
    const sieve = sieveOf(one)
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

function sieveOf({ segment, count }: ScannedSegment): Sieve | undefined {
  const key = columnKey(segment, SIEVE)
  const known = sieves.get(key) ?? Sieve.read(column(segment, SIEVE), count)
  if (known) sieves.set(key, known)
  return known
}

function lookThrough({ asks, texts }: LookJob): { result: Looked; given: ArrayBuffer[] } {
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

const column = (segment: number, name: string): Uint8Array<ArrayBuffer> =>
  kept.get(columnKey(segment, name)) ?? missing(name)

const messagesIn = (segments: readonly ScannedSegment[]): number => segments.reduce((sum, { count }) => sum + count, 0)

function release(key: string): void {
  // What is collected some time later adds up to much where large folders are searched.
  kept.get(key)?.buffer.transfer(0)
  kept.delete(key)
  sieves.delete(key)
}

const missing = (name: string): never => {
  throw new Error(`The column '${name}' is not here`)
}
