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

/** Where a search reads what the index does not hold. */
export interface SearchSources {
  /** In UID order; those that are gone are left out. */
  metadata(uids: readonly Uid[], parts: readonly MetadataPart[]): AsyncIterable<MetadataChunk>
  /** Refuses `damaged`. */
  content(blob: BlobRef): Promise<Buffer>
  /** Many pieces, some at a time, in the order given. Refuses `damaged` once those before were given. */
  contents(pieces: readonly ContentPiece[]): AsyncIterable<readonly Buffer[]>
  /** Without it, every message is read. */
  readonly texts?: KnownTexts
  /** Ends a long search: it rejects with the signal's reason. */
  readonly signal?: AbortSignal
}

/** Messages judged together, and what they are asked together, at most. */
const TOGETHER = 8192

const QUESTIONS = 1024 ** 2

/** Questions that are answered out of memory between two turns of the event loop. */
const QUESTIONS_PER_TURN = 64 * 1024

const nothing = Buffer.alloc(0)

/** Characters of text looked through between two turns of the event loop. */
const TEXT_PER_TURN = 512 * 1024

/**
 * UIDs of the folder's messages that fit, ascending. Many messages at a time are judged by what is cheapest first: the
 * index, their numbers, the texts that are kept of their headers and of all of them, and at last by what they are; what
 * an earlier step decides is not read. Other work gets its turn in between.
 */
export const runSearch = (index: FolderIndex, query: SearchKey, reading: SearchSources): Promise<readonly Uid[]> =>
  new Search(index, query, reading).run()

class Search {
  readonly #index: FolderIndex
  readonly #judge: Judge
  readonly #scope: readonly Range[]
  readonly #reading: SearchSources
  readonly #hits: Uid[] = []
  /** What may still be done before others get their turn, as a share of a turn. */
  #turnLeft = 1

  constructor(index: FolderIndex, query: SearchKey, reading: SearchSources) {
    this.#index = index
    this.#judge = new Judge(query)
    this.#scope = scopeOf(query)
    this.#reading = reading
  }

  async run(): Promise<readonly Uid[]> {
    const most = Math.min(TOGETHER, Math.max(1, Math.floor(QUESTIONS / this.#judge.work)))
    for (const uids of this.#batches(most)) await this.#judgeBatch(new SearchBatch(uids, this.#judge, this.#hits))
    return this.#present(this.#hits.sort((a, b) => a - b))
  }

  /** The messages that may fit, so many at a time. Positions shift while we wait; UIDs do not, so the walk goes by them. */
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
      await this.#takeTurns((batch.uids.length * this.#judge.work) / QUESTIONS_PER_TURN)
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
      await this.#takeTurns(known.length / QUESTIONS_PER_TURN)
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
      await this.#takeTurns((chunk.uids.length * leaves.length) / QUESTIONS_PER_TURN)
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

  /** Reads headers, where a question about them is open. */
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
        // What cannot be read says nothing.
        const header = new HeaderFacts(bytes ?? nothing)
        for (const { leaf, known } of answers) known[at] = verdictOf(leaf.test(header))
        await this.#takeTurns((bytes?.length ?? 0) / TEXT_PER_TURN)
      }
    }
  }

  /** One after the other; undefined for one that is damaged. */
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
        // It may be gone, and its content with it, while those before it were read.
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
    // What cannot be read says nothing.
    if (!bytes) return found
    for (const piece of searchTexts(bytes, decodeStructure(structure))) {
      found.look(piece)
      if (found.done) break
      await this.#takeTurns(piece.text.length / TEXT_PER_TURN)
    }
    return found
  }

  /** Those of ascending UIDs whose messages have not gone meanwhile. */
  #present(uids: readonly Uid[]): readonly Uid[] {
    let position = -1
    return uids.filter((uid) => {
      position = this.#next(position, uid)
      return position >= 0
    })
  }

  /** The position of a UID, most often the one behind the last that was asked for; -1 when it is gone. */
  #next(last: number, uid: Uid): number {
    return this.#uidAt(last + 1) === uid ? last + 1 : this.#index.positionOf(uid)
  }

  #uidAt(position: number): Uid | undefined {
    return position < this.#index.count ? this.#index.uidAt(position) : undefined
  }

  /** Lets others run, once enough was done since they last did. */
  async #takeTurns(share: number): Promise<void> {
    this.#turnLeft -= share
    if (this.#turnLeft > 0) return
    this.#turnLeft = 1
    await yieldToEventLoop()
    this.#reading.signal?.throwIfAborted()
  }
}

const blobOf = (chunk: MetadataChunk, uid: Uid): BlobRef => chunk.text('blob', uid) as BlobRef

/** Tells the place of UIDs that are asked about in ascending order. */
function placesIn(uids: readonly Uid[]): (uid: Uid) => number {
  let at = 0
  return (uid) => {
    while (uids[at]! < uid) at++
    return at
  }
}
