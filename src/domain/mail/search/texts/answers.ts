import { portionsByOctets } from '../../portions.ts'
import type { Ask, BodyAsk } from '../leaves.ts'
import { NO, UNKNOWN, type Verdicts, verdicts } from '../verdicts.ts'
import { BODY, columnsFor, columnStart, isBodyAsk, LINES, TRIGRAM_FILTER } from './text-column.ts'
import type { TextScanner, TextsRequest } from './scanner.ts'
import type { ColumnLocation, Sifted } from './text-jobs.ts'
import { type SegmentGroup, isLoose, type TextMap } from './text-map.ts'
import type { Segment } from './text-rows.ts'

/** The most asks, segments and octets of one job of a thread. A job has at least one segment. */
const ASKS = 16
const SEGMENTS = 256
const OCTETS = 16 * 1024 ** 2
/** Octets of texts that one job reads. */
const TEXT_OCTETS = 4 * 1024 ** 2

/** A group whose segment is known. */
interface KnownGroup extends SegmentGroup {
  readonly known: Segment
}

/** A message that may contain a term. */
interface Candidate {
  readonly texts: TextsRequest
  readonly segment: number
  /** Its index among the requested messages. */
  readonly asked: number
}

/** Asks, and the verdicts on each message. */
interface PendingAsks<A extends Ask = Ask> {
  readonly asks: readonly A[]
  readonly answers: readonly Verdicts[]
}

/** Answers asks about messages from the segments that hold their texts. */
export class Answers {
  readonly #map: TextMap
  readonly #scanner: TextScanner
  readonly #signal: AbortSignal | undefined
  /** Segments that could not be read. */
  readonly lost = new Set<number>()

  constructor(map: TextMap, scanner: TextScanner, signal: AbortSignal | undefined) {
    this.#map = map
    this.#scanner = scanner
    this.#signal = signal
  }

  /** Returns, for each ask, a verdict on each of the `count` messages in the groups. */
  async to(asks: readonly Ask[], groups: readonly SegmentGroup[], count: number): Promise<readonly Verdicts[]> {
    const answers = asks.map(() => verdicts(count, UNKNOWN))
    const [loose, kept] = [
      groups.filter(({ segment }) => isLoose(segment)),
      groups.filter(({ segment }) => !isLoose(segment)),
    ]
    for (let start = 0; start < asks.length; start += ASKS) {
      this.#signal?.throwIfAborted()
      const some = { asks: asks.slice(start, start + ASKS), answers: answers.slice(start, start + ASKS) }
      const body = some.asks.filter(isBodyAsk)
      if (body.length === 0) await this.#scan(groups, some)
      else {
        await this.#scan(loose, some)
        await this.#sift(kept, { ...some, asks: body })
      }
    }
    return answers
  }

  /** Searches whole columns. */
  async #scan(groups: readonly SegmentGroup[], { asks, answers }: PendingAsks): Promise<void> {
    for (const together of this.#batches(groups, asks.flatMap(columnsFor), asks.length)) {
      const found = await this.#scanner.scan(asks, together, this.#signal)
      if ('lost' in found) {
        this.#lose(found.lost)
        continue
      }
      let start = 0
      for (const { asked, slots, known } of together) {
        for (const answer of answers) {
          for (let nth = 0; nth < asked.length; nth++) answer[asked[nth]!] = found.verdicts[start + slots[nth]!]!
          start += known.count
        }
      }
    }
  }

  /** Searches only the texts of messages that the trigram filter lets pass. */
  async #sift(groups: readonly SegmentGroup[], questions: PendingAsks<BodyAsk>): Promise<void> {
    for (const together of this.#batches(groups, [TRIGRAM_FILTER], questions.asks.length)) {
      const sifted = await this.#scanner.sift(questions.asks, together, this.#signal)
      if ('lost' in sifted) {
        this.#lose(sifted.lost)
        continue
      }
      for (const answer of questions.answers) for (const { asked } of together) for (const at of asked) answer[at] = NO
      await this.#look(candidates(together, sifted), questions)
    }
  }

  async #look(all: readonly Candidate[], { asks, answers }: PendingAsks<BodyAsk>): Promise<void> {
    for (const some of portionsByOctets(all, octetsOfTexts, TEXT_OCTETS)) {
      this.#signal?.throwIfAborted()
      const found = await this.#scanner.look(
        asks,
        some.map(({ texts }) => texts),
        this.#signal,
      )
      for (const [nth, answer] of answers.entries()) {
        for (const [at, { asked }] of some.entries()) answer[asked] = found.verdicts[nth * some.length + at]!
      }
      this.#lose(found.damaged.map((at) => some[at]!.segment))
    }
  }

  #lose(segments: readonly number[]): void {
    for (const segment of segments) this.lost.add(segment)
  }

  /** Yields as many groups at a time as one job takes. */
  *#batches(
    groups: readonly SegmentGroup[],
    columns: readonly string[],
    asks: number,
  ): Generator<readonly KnownGroup[]> {
    let some: KnownGroup[] = []
    let octets = 0
    for (const group of groups) {
      const known = this.#map.segments.get(group.segment)
      if (!known) continue
      const size = columns.reduce((sum, name) => sum + octetsOf(known.columns.get(name)), 0)
      if (some.length > 0 && ((some.length + 1) * asks > SEGMENTS || octets + size > OCTETS)) {
        this.#signal?.throwIfAborted()
        yield some
        some = []
        octets = 0
      }
      some.push({ ...group, known })
      octets += size
    }
    if (some.length > 0) yield some
  }
}

/** The requested messages that pass. */
function candidates(groups: readonly KnownGroup[], { passing, places }: Sifted): readonly Candidate[] {
  const found: Candidate[] = []
  let first = 0
  let place = 0
  for (const { segment, known, asked, slots } of groups) {
    const { blob, count, columns } = known
    const [lines, body] = [LINES, BODY].map((name) => (columns.get(name)?.start ?? 0) + columnStart(count))
    // -1 for a message that does not pass.
    const placeAt = new Int32Array(count).fill(-1)
    for (let slot = 0; slot < count; slot++) {
      if (passing[first + slot]) {
        placeAt[slot] = place
        place += 4
      }
    }
    for (let nth = 0; nth < slots.length; nth++) {
      const at = placeAt[slots[nth]!]!
      if (at < 0) continue
      const texts: TextsRequest = {
        blob,
        lines: [lines! + places[at]!, lines! + places[at + 1]!],
        body: [body! + places[at + 2]!, body! + places[at + 3]!],
      }
      found.push({ texts, segment, asked: asked[nth]! })
    }
    first += count
  }
  return found
}

const octetsOfTexts = ({ texts: { body, lines } }: Candidate): number => body[1] - body[0] + lines[1] - lines[0]

const octetsOf = (place: ColumnLocation | undefined): number => (place ? place.end - place.start : 0)
