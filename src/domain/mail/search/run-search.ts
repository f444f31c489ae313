import { decodeStructure } from '../../../codecs/mime/structure.ts'
import { searchTexts } from '../../../codecs/mime/text.ts'
import { yieldToEventLoop } from '../../../core/concurrency.ts'
import type { Uid } from '../../../core/ids.ts'
import { isRefusedFor } from '../../../core/refusal.ts'
import type { BlobRef } from '../../../storage/engine.ts'
import type { ContentPiece, FolderIndex, MetadataChunk, MetadataPart, SearchKey } from '../types.ts'
import { HeaderFacts } from './header-facts.ts'
import { type Range, scopeOf, SearchTerms } from './leaves.ts'
import { Judge, type KnownTexts, NO, SearchBatch, UNKNOWN, verdictOf, YES } from './verdicts.ts'

/** Where a search reads data that the index does not hold. */
export interface SearchSources {
  /** In UID order. Skips messages that do not exist. */
  metadata(uids: readonly Uid[], parts: readonly MetadataPart[]): AsyncIterable<MetadataChunk>
  /** Refuses `damaged`. */
  content(blob: BlobRef): Promise<Buffer>
  /** Many pieces, several at a time, in the given order. Refuses `damaged` after all pieces before the damaged one. */
  contents(pieces: readonly ContentPiece[]): AsyncIterable<readonly Buffer[]>
  /** Without it, the search reads every message. */
  readonly texts?: KnownTexts
  /** Cancels a long search: it rejects with the signal's reason. */
  readonly signal?: AbortSignal
}

/** The most messages that are judged together, and the most conditions that are tested on them. */
const TOGETHER = 8192

const MOST_CONDITIONS = 1024 ** 2

/** Conditions that are tested in memory between two turns of the event loop. */
const CONDITIONS_PER_TURN = 64 * 1024

const nothing = Buffer.alloc(0)

/** Characters of text that are searched between two turns of the event loop. */
const TEXT_PER_TURN = 512 * 1024

/**
 * The ascending UIDs of the folder's messages that match. The search judges many messages at a time, with the cheapest
 * data first: the index, the figures, the kept texts of headers, the kept texts of bodies, and at last the messages
 * themselves. It reads nothing for messages that are already decided. Other work runs in between.
 */
export const runSearch = (index: FolderIndex, query: SearchKey, reading: SearchSources): Promise<readonly Uid[]> =>
  new Search(index, query, reading).run()

class Search {
  readonly #index: FolderIndex
  readonly #judge: Judge
  readonly #scope: readonly Range[]
  readonly #reading: SearchSources
  readonly #hits: Uid[] = []
  /** The share of a turn of the event loop that is left. */
  #turnLeft = 1

  constructor(index: FolderIndex, query: SearchKey, reading: SearchSources) {
    this.#index = index
    this.#judge = new Judge(query)
    this.#scope = scopeOf(query)
    this.#reading = reading
  }

  async run(): Promise<readonly Uid[]> {
    const most = Math.min(TOGETHER, Math.max(1, Math.floor(MOST_CONDITIONS / this.#judge.work)))
    for (const uids of this.#batches(most)) await this.#judgeBatch(new SearchBatch(uids, this.#judge, this.#hits))
    return this.#present(this.#hits.sort((a, b) => a - b))
  }

  /**
   * The messages that may match, in batches. Positions shift during a wait and UIDs do not, so the iteration goes by
   * UIDs.
   */
  *#batches(most: number): Generator<readonly Uid[]> {
    let uids: Uid[] = []
    for (const [first, last] of this.#scope) {
      for (let next = first; next <= last;) {
        let position = this.#index.rank(next as Uid)
        for (let uid = this.#uidAt(position); uid !== undefined && uid <= last && uids.length < most;) {
          uids.push(uid)
          uid = this.#uidAt(++position)
        }
        if (uids.length < most) break
        next = uids[uids.length - 1]! + 1
        yield uids
        uids = []
      }
    }
    if (uids.length > 0) yield uids
  }

  async #judgeBatch(batch: SearchBatch): Promise<void> {
    const stages = [
      () => this.#askIndex(batch),
      () => this.#askFigures(batch),
      () => this.#askTexts(batch, 'header'),
      () => this.#askTexts(batch, 'body'),
      () => this.#askHeaders(batch),
      () => this.#askBodies(batch),
    ]
    for (const stage of stages) {
      await stage()
      batch.decide()
      await this.#takeTurns((batch.uids.length * this.#judge.work) / CONDITIONS_PER_TURN)
      if (batch.uids.length === 0) return
    }
  }

  async #askIndex(batch: SearchBatch): Promise<void> {
    for (const [number, leaf] of this.#judge.leaves('index')) {
      const known = batch.known(number)
      const test = leaf.test(this.#index)
      const { uids } = batch
      let position = -1
      for (let at = 0; at < uids.length; at++) {
        position = this.#next(position, uids[at]!)
        known[at] = position >= 0 && test(position) ? YES : NO
      }
      await this.#takeTurns(known.length / CONDITIONS_PER_TURN)
    }
  }

  async #askFigures(batch: SearchBatch): Promise<void> {
    const leaves = this.#judge.leaves('figures')
    if (leaves.length === 0) return
    const answers = leaves.map(([number]) => batch.known(number))
    const place = placesIn(batch.uids)
    for await (const chunk of this.#reading.metadata(batch.uids, [])) {
      for (const uid of chunk.uids) {
        const at = place(uid)
        for (const [nth, [, leaf]] of leaves.entries()) answers[nth]![at] = verdictOf(leaf.test(chunk, uid))
      }
      await this.#takeTurns((chunk.uids.length * leaves.length) / CONDITIONS_PER_TURN)
    }
  }

  async #askTexts(batch: SearchBatch, kind: 'header' | 'body'): Promise<void> {
    const { texts, signal } = this.#reading
    if (!texts) return
    const leaves = this.#judge.leaves(kind)
    if (leaves.length === 0) return
    const asks = leaves.map(([, { ask }]) => ask)
    const answers = await texts.answer(batch.uids, asks, signal)
    for (const [nth, [number]] of leaves.entries()) batch.learn(number, answers[nth]!)
  }

  /** Reads the headers of messages for which a condition on the header is undecided. */
  async #askHeaders(batch: SearchBatch): Promise<void> {
    const answers = this.#judge.leaves('header').map(([number, leaf]) => ({ leaf, known: batch.known(number) }))
    const open = batch.uids.filter((_, at) => answers.some(({ known }) => known[at] === UNKNOWN))
    if (open.length === 0) return
    const place = placesIn(batch.uids)
    for await (const chunk of this.#reading.metadata(open, ['blob'])) {
      const pieces = chunk.uids.map((uid) => ({ blob: blobOf(chunk, uid), start: 0, end: chunk.headerOctets(uid) }))
      let read = 0
      for await (const bytes of this.#readable(pieces)) {
        const at = place(chunk.uids[read++]!)
        // A damaged header matches nothing.
        const header = new HeaderFacts(bytes ?? nothing)
        for (const { leaf, known } of answers) known[at] = verdictOf(leaf.test(header))
        await this.#takeTurns((bytes?.length ?? 0) / TEXT_PER_TURN)
      }
    }
  }

  /** Yields one piece after another; undefined for a damaged one. */
  async *#readable(pieces: readonly ContentPiece[]): AsyncGenerator<Buffer | undefined> {
    for (let read = 0; read < pieces.length;) {
      try {
        for await (const together of this.#reading.contents(pieces.slice(read))) {
          read += together.length
          yield* together
        }
      } catch (thrown) {
        if (!isRefusedFor('damaged', thrown)) throw thrown
        read += 1
        yield undefined
      }
    }
  }

  /** Reads whole messages. */
  async #askBodies(batch: SearchBatch): Promise<void> {
    const leaves = this.#judge.leaves('body')
    if (leaves.length === 0) return
    const answers = leaves.map(([number, leaf]) => ({ leaf, known: batch.known(number) }))
    const needles = leaves.map(([, { ask }]) => ask.needle)
    const place = placesIn(batch.uids)
    for await (const chunk of this.#reading.metadata(batch.uids, ['blob', 'structure'])) {
      for (const uid of chunk.uids) {
        // The message may have been removed, with its content, while those before it were read.
        if (this.#index.positionOf(uid) < 0) continue
        const found = await this.#look(needles, blobOf(chunk, uid), chunk.text('structure', uid))
        for (const { leaf, known } of answers) known[place(uid)] = verdictOf(leaf.test(found))
      }
    }
  }

  async #look(needles: readonly string[], blob: BlobRef, structure: string): Promise<SearchTerms> {
    const found = new SearchTerms(needles)
    const bytes = await this.#reading.content(blob).catch((thrown: unknown) => {
      if (isRefusedFor('damaged', thrown)) return undefined
      throw thrown
    })
    // A damaged message matches nothing.
    if (!bytes) return found
    for (const piece of searchTexts(bytes, decodeStructure(structure))) {
      found.look(piece)
      if (found.done) break
      await this.#takeTurns(piece.text.length / TEXT_PER_TURN)
    }
    return found
  }

  /** The UIDs that still exist, of ascending ones. */
  #present(uids: readonly Uid[]): readonly Uid[] {
    let position = -1
    return uids.filter((uid) => {
      position = this.#next(position, uid)
      return position >= 0
    })
  }

  /** The position of a UID, which is usually the one after `last`; -1 if it does not exist. */
  #next(last: number, uid: Uid): number {
    return this.#uidAt(last + 1) === uid ? last + 1 : this.#index.positionOf(uid)
  }

  #uidAt(position: number): Uid | undefined {
    return position < this.#index.count ? this.#index.uidAt(position) : undefined
  }

  /** Lets other work run once a turn is used up. */
  async #takeTurns(share: number): Promise<void> {
    this.#turnLeft -= share
    if (this.#turnLeft > 0) return
    this.#turnLeft = 1
    await yieldToEventLoop()
    this.#reading.signal?.throwIfAborted()
  }
}

const blobOf = (chunk: MetadataChunk, uid: Uid): BlobRef => chunk.text('blob', uid) as BlobRef

/** Returns a function that finds the index of a UID, for calls with ascending UIDs. */
function placesIn(uids: readonly Uid[]): (uid: Uid) => number {
  let at = 0
  return (uid) => {
    while (uids[at]! < uid) at++
    return at
  }
}
