import type { FolderId, MailboxId, Uid } from '../../../../core/ids.ts'
import type { Log } from '../../../../core/log.ts'
import type { World } from '../../../../core/world.ts'
import type { BlobRef, Engine } from '../../../../storage/engine.ts'
import type { LeasedParts } from '../../leased-parts.ts'
import type { MailLimits } from '../../limits.ts'
import type { Ask } from '../leaves.ts'
import type { KnownTexts, Verdicts } from '../verdicts.ts'
import { Answers } from './answers.ts'
import { Builder, FEW, type Making } from './builder.ts'
import { kindOf, type TextKind } from './text-column.ts'
import { IndexScheduler } from './index-scheduler.ts'
import { dropSegment, type SparseSegment, type TextOwner } from './text-rows.ts'
import { TextScanner } from './scanner.ts'
import { isLoose, type TextMap, TextMaps } from './text-map.ts'

type TextLimits = Pick<MailLimits, 'textOctets' | 'textMapOctets'>

/** The parts of a store that the search index needs. */
export interface TextParts {
  readonly engine: Engine
  /** The mailboxes whose texts this node makes in the background. */
  readonly parts: LeasedParts
  readonly world: World
  readonly log: Log
}

/** Messages whose texts are decoded in one step. */
const STEP = 1024
/** If a search waits, several segments are made at the same time. */
const awaited: Making = { worth: FEW, together: 4 }
const behind: Making = { worth: FEW, together: 1 }

/** The texts of messages, decoded once: in the background after the delivery, or by the first search. */
export class TextIndex {
  readonly #engine: Engine
  readonly #maps: TextMaps
  readonly #scanner: TextScanner
  readonly #builder: Builder
  readonly #keeper: IndexScheduler
  readonly #building = new Set<Promise<void>>()

  constructor(parts: TextParts, limits: TextLimits) {
    this.#engine = parts.engine
    this.#maps = new TextMaps(parts.engine.sql, limits.textMapOctets)
    this.#scanner = new TextScanner(parts.engine.blobs, parts.log, limits.textOctets)
    this.#builder = new Builder(parts.engine, parts.world, this.#scanner)
    this.#keeper = new IndexScheduler(parts, {
      keep: (owner, kind, uids) => this.#keep(owner, kind, uids),
      renew: (worn) => this.#renew(worn),
    })
  }

  /** Called after a write. */
  written(): void {
    this.#keeper.written()
  }

  /** Resolves when no texts are being written. The rest waits for the next start. */
  async settled(): Promise<void> {
    await this.#keeper.settled()
    while (this.#building.size > 0) await Promise.all(this.#building)
  }

  of(mailbox: MailboxId, folder: FolderId): KnownTexts {
    return { answer: (uids, asks, signal) => this.#answer({ mailbox, folder }, uids, asks, signal) }
  }

  async #answer(
    owner: TextOwner,
    uids: readonly Uid[],
    asks: readonly Ask[],
    signal: AbortSignal | undefined,
  ): Promise<readonly Verdicts[]> {
    const map = await this.#maps.open(owner, kindOf(asks[0]!), uids)
    await this.#complete(map, uids, signal)
    const answers = new Answers(map, this.#scanner, signal)
    const verdicts = await answers.to(asks, map.groups(uids), uids.length)
    if (answers.lost.size > 0) await this.#forget(map, answers.lost)
    return verdicts
  }

  /** Has the missing texts decoded. Rejects when the signal is aborted. */
  async #complete(map: TextMap, uids: readonly Uid[], signal: AbortSignal | undefined): Promise<void> {
    if (map.wanting(uids).missing.length === 0) return
    const built = this.#build(map, uids, { ...awaited, signal })
    await (signal ? orAborted(built, signal) : built)
  }

  async #keep(owner: TextOwner, kind: TextKind, uids: readonly Uid[]): Promise<void> {
    // Copies already have their texts.
    await this.#build(await this.#maps.open(owner, kind, uids), uids, behind)
  }

  async #renew({ mailbox, segment, kind, left }: SparseSegment): Promise<void> {
    for (const [folder, uids] of left) {
      const map = await this.#maps.open({ mailbox, folder }, kind, uids)
      map.forget([segment])
      await this.#step(map, uids, { ...behind, worth: 1 })
    }
    await this.#drop(mailbox, [segment])
  }

  /** Works in steps, so that a search that needs few texts does not wait for one that needs all. */
  async #build(map: TextMap, uids: readonly Uid[], making: Making): Promise<void> {
    const { missing, loose } = map.wanting(uids)
    const wanted = missing.length === 0 ? [] : [...missing, ...loose].sort((a, b) => a - b)
    for (let start = 0; start < wanted.length; start += STEP) {
      await this.#step(map, wanted.slice(start, start + STEP), making)
    }
  }

  #step(map: TextMap, uids: readonly Uid[], making: Making): Promise<void> {
    const step = map.building.run(() => {
      making.signal?.throwIfAborted()
      return this.#builder.build(map, uids, making)
    })
    const known = settled(step).finally(() => this.#building.delete(known))
    this.#building.add(known)
    return step
  }

  /** Forgets texts that cannot be read. The next search decodes them again. */
  async #forget(map: TextMap, lost: ReadonlySet<number>): Promise<void> {
    map.forget(lost)
    const kept = [...lost].filter((segment) => !isLoose(segment))
    if (kept.length > 0) await this.#drop(map.mailbox, kept)
  }

  async #drop(mailbox: MailboxId, segments: readonly number[]): Promise<void> {
    const dropped = await this.#engine.sql.write(
      function* () {
        const dropped: BlobRef[] = []
        for (const segment of segments) dropped.push(...(yield* dropSegment(segment)))
        return dropped
      },
      [mailbox],
    )
    this.#engine.blobs.dropped(dropped)
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

/** Resolves when the work ends, even if it fails. */
const settled = (work: Promise<void>): Promise<void> => work.catch(() => {})
