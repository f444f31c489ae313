import type { FolderId, Uid } from '../../../../core/ids.ts'
import type { Log } from '../../../../core/log.ts'
import type { Engine } from '../../../../storage/engine.ts'
import type { MailLimits } from '../../limits.ts'
import type { Filled } from '../../mail-tx.ts'
import { CHUNK } from '../../metadata/slices.ts'
import type { Ask } from '../leaves.ts'
import type { KnownTexts } from '../search.ts'
import { NO, UNKNOWN, type Verdicts, verdicts } from '../verdicts.ts'
import { Builder } from './builder.ts'
import { columnsFor, GRAMS, kindOf } from './columns.ts'
import { gramsOf, mayHold, openGrams } from './grams.ts'
import { Scanner } from './scanner.ts'
import { type Group, isLoose, type TextMap } from './text-map.ts'
import { TextMaps } from './text-maps.ts'
import { type ColumnPlace, dropSegment } from './text-rows.ts'

type TextLimits = Pick<MailLimits, 'textOctets' | 'textMapOctets' | 'filteredSegments'>

/** What is asked, and of how many segments with how many octets, between two turns of a thread; at least of one. */
const ASKS = 16
const SEGMENTS = 16
const OCTETS = 16 * 1024 ** 2

/** Messages whose texts are decoded in one go. */
const STEP = 1024

/** Asks and the verdicts about each message. */
interface Questions {
  readonly asks: readonly Ask[]
  readonly answers: readonly Verdicts[]
}

/** Texts of messages, decoded once, when they are first searched. */
export class Texts {
  readonly #engine: Engine
  readonly #log: Log
  readonly #limits: TextLimits
  readonly #maps: TextMaps
  readonly #scanner: Scanner
  readonly #builder: Builder
  readonly #building = new Set<Promise<void>>()

  constructor(engine: Engine, log: Log, limits: TextLimits) {
    this.#engine = engine
    this.#log = log
    this.#limits = limits
    this.#maps = new TextMaps(engine.sql, limits.textMapOctets)
    this.#scanner = new Scanner(engine.blobs, log, limits.textOctets)
    this.#builder = new Builder(engine, this.#scanner)
  }

  /** Messages have come into folders that fill these chunks: where there are searches, their texts will be wanted. */
  filled(chunks: Iterable<Filled>): void {
    for (const { folder, chunk } of chunks) {
      for (const kind of ['header', 'body'] as const) {
        const map = this.#maps.known(folder, kind)
        if (map) this.#follow(map, chunk).catch((error: unknown) => this.#log.warn({ error }, 'Texts were not kept'))
      }
    }
  }

  /** Resolves when no texts are on their way to the disk; those who want them gave up, or wait for them. */
  async settled(): Promise<void> {
    while (this.#building.size > 0) await Promise.all(this.#building)
  }

  of(folder: FolderId): KnownTexts {
    return { answer: (uids, asks, signal) => this.#answer(folder, uids, asks, signal) }
  }

  async #answer(
    folder: FolderId,
    uids: readonly Uid[],
    asks: readonly Ask[],
    signal: AbortSignal | undefined,
  ): Promise<readonly Verdicts[]> {
    const map = await this.#maps.open(folder, kindOf(asks[0]!), uids.at(-1)!)
    await this.#complete(map, uids, signal)
    const answers = asks.map(() => verdicts(uids.length, UNKNOWN))
    const groups = map.groups(uids)
    for (let start = 0; start < asks.length; start += ASKS) {
      const some = { asks: asks.slice(start, start + ASKS), answers: answers.slice(start, start + ASKS) }
      await this.#answerSome(map, groups, some, signal)
    }
    return answers
  }

  async #answerSome(map: TextMap, groups: readonly Group[], some: Questions, signal?: AbortSignal): Promise<void> {
    const filter = groups.length >= this.#limits.filteredSegments ? new Filter(some.asks) : undefined
    for (const together of batches(map, groups, some.asks)) {
      signal?.throwIfAborted()
      const open = filter ? await this.#possible(map, together, filter, some.answers) : together
      if (open.length > 0) await this.#scan(map, open, some)
    }
  }

  /** Has the texts decoded that are not kept yet. Who is not willing to wait any more leaves. */
  async #complete(map: TextMap, uids: readonly Uid[], signal: AbortSignal | undefined): Promise<void> {
    if (map.wanting(uids).missing.length === 0) return
    const built = this.#build(map, uids, signal)
    await (signal ? orAborted(built, signal) : built)
  }

  async #follow({ folder, kind }: TextMap, chunk: number): Promise<void> {
    const uids = Array.from({ length: CHUNK }, (_, at) => (chunk * CHUNK + at) as Uid)
    // Copies have their texts already.
    const map = await this.#maps.open(folder, kind, uids.at(-1)!)
    if (map.wanting(uids).missing.length > 0) await this.#build(map, uids)
  }

  /** Step by step, so that those who want a few of the folder's texts need not wait for those who want all. */
  async #build(map: TextMap, uids: readonly Uid[], signal?: AbortSignal): Promise<void> {
    const { missing, loose } = map.wanting(uids)
    const wanted = [...missing, ...loose].sort((a, b) => a - b)
    for (let start = 0; start < wanted.length; start += STEP) {
      await this.#step(map, wanted.slice(start, start + STEP), signal)
    }
  }

  #step(map: TextMap, uids: readonly Uid[], signal: AbortSignal | undefined): Promise<void> {
    const step = map.building.run(() => {
      signal?.throwIfAborted()
      return this.#builder.build(map, uids, signal)
    })
    const known = settled(step).finally(() => this.#building.delete(known))
    this.#building.add(known)
    return step
  }

  /** Those that can hold what is asked for. Of the others it is known that they do not. */
  async #possible(
    map: TextMap,
    groups: readonly Group[],
    filter: Filter,
    answers: readonly Verdicts[],
  ): Promise<readonly Group[]> {
    const grams = await Promise.all(groups.map((group) => this.#grams(map, group)))
    return groups.filter(({ asked }, nth) => {
      const bits = grams[nth]
      if (!bits || filter.passes(bits)) return true
      for (const answer of answers) for (const at of asked) answer[at] = NO
      return false
    })
  }

  async #grams(map: TextMap, { segment }: Group): Promise<Uint8Array | undefined> {
    const known = map.segments.get(segment)
    if (!known || known.grams) return known?.grams
    const sealed = await this.#scanner.column({ segment, known }, GRAMS)
    const grams = sealed && openGrams(sealed)
    if (grams) map.learnGrams(segment, grams)
    return grams
  }

  async #scan(map: TextMap, groups: readonly Group[], { asks, answers }: Questions): Promise<void> {
    const there = groups.flatMap((group) => {
      const known = map.segments.get(group.segment)
      return known ? [{ ...group, known }] : []
    })
    const found = await this.#scanner.scan(asks, there)
    if ('lost' in found) return this.#forget(map, found.lost)
    let start = 0
    for (const { asked, slots, known } of there) {
      for (const answer of answers) {
        for (let nth = 0; nth < asked.length; nth++) answer[asked[nth]!] = found[start + slots[nth]!]!
        start += known.count
      }
    }
  }

  /** What cannot be read is decoded anew by the next search. */
  async #forget(map: TextMap, lost: readonly number[]): Promise<void> {
    map.forget(lost)
    if (lost.every(isLoose)) return
    await this.#engine.sql.write(function* () {
      for (const segment of lost) yield* dropSegment(segment)
    })
  }
}

/** As many of the groups at a time as shall be looked through in one go. */
function* batches(map: TextMap, groups: readonly Group[], asks: readonly Ask[]): Generator<readonly Group[]> {
  const columns = asks.flatMap(columnsFor)
  let some: Group[] = []
  let octets = 0
  for (const group of groups) {
    const known = map.segments.get(group.segment)
    const size = columns.reduce((sum, name) => sum + octetsOf(known?.columns.get(name)), 0)
    if (some.length > 0 && ((some.length + 1) * asks.length > SEGMENTS || octets + size > OCTETS)) {
      yield some
      some = []
      octets = 0
    }
    some.push(group)
    octets += size
  }
  if (some.length > 0) yield some
}

const octetsOf = (place: ColumnPlace | undefined): number => (place ? place.end - place.start : 0)

/** What a segment must hold to be looked through: for one of the asks, all of its grams. */
class Filter {
  readonly #grams: readonly (readonly number[])[]

  constructor(asks: readonly Ask[]) {
    this.#grams = asks.map((ask) => ('needle' in ask ? gramsOf(ask.needle) : []))
  }

  passes(bits: Uint8Array): boolean {
    return this.#grams.some((grams) => mayHold(bits, grams))
  }
}

function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}

/** Whatever comes of it. */
const settled = (work: Promise<void>): Promise<void> => work.catch(() => {})
