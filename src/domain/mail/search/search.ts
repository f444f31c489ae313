import { setImmediate as nextTurn } from 'node:timers/promises'
import { decodeStructure } from '../../../codecs/mime/structure.ts'
import { searchTexts } from '../../../codecs/mime/text.ts'
import type { Uid } from '../../../core/ids.ts'
import type { BlobRef } from '../../../storage/engine.ts'
import type { FolderIndex, Message, SearchKey } from '../types.ts'
import { type Facts, HeaderFacts } from './facts.ts'
import { type Judge, type Verdict, judgeOf } from './judge.ts'
import { Needles } from './needles.ts'

/** Where a search reads what the index does not hold. */
export interface Reading {
  /** In UID order; those that are gone are left out. */
  messages(uids: readonly Uid[]): Promise<readonly Message[]>
  content(blob: BlobRef, start?: number, end?: number): Promise<Buffer>
  /** Ends a long search: it rejects with the signal's reason. */
  readonly signal?: AbortSignal
}

/** Index positions judged between two turns of the event loop. */
const POSITIONS = 8192
/** Rows fetched at a time. */
const ROWS = 256
/** Characters of text looked through between two turns of the event loop. */
const TEXT_PER_TURN = 512 * 1024

/**
 * UIDs of the folder's messages that fit, ascending. Each message is judged by what is cheapest first: the index, its
 * row, its header, its text; what an earlier step decides is not read. Other work gets its turn in between.
 */
export const runSearch = (index: FolderIndex, query: SearchKey, reading: Reading): Promise<Uid[]> =>
  new Search(index, query, reading).run()

class Search {
  readonly #index: FolderIndex
  readonly #judge: Judge
  readonly #reading: Reading
  readonly #hits: Uid[] = []
  #textLeft = TEXT_PER_TURN

  constructor(index: FolderIndex, query: SearchKey, reading: Reading) {
    this.#index = index
    this.#judge = judgeOf(query, index)
    this.#reading = reading
  }

  async run(): Promise<Uid[]> {
    // Positions shift while we wait; UIDs do not, so the walk goes by them.
    for (let from = this.#uidAt(0); from !== undefined;) {
      const { open, next } = this.#judgeIndex(from)
      for (let start = 0; start < open.length; start += ROWS) await this.#judgeRows(open.slice(start, start + ROWS))
      await this.#takeTurns()
      from = next
    }
    return this.#hits.sort((a, b) => a - b)
  }

  /** Judges by the index alone, from a UID on; `open` are those about which more must be known. */
  #judgeIndex(from: Uid): { readonly open: Uid[]; readonly next: Uid | undefined } {
    const open: Uid[] = []
    const start = this.#index.rank(from)
    const end = Math.min(start + POSITIONS, this.#index.count)
    for (let position = start; position < end; position++) {
      const uid = this.#index.uidAt(position)
      if (!this.#decided(uid, this.#judge.verdict({ position }))) open.push(uid)
    }
    return { open, next: this.#uidAt(end) }
  }

  async #judgeRows(uids: readonly Uid[]): Promise<void> {
    for (const message of await this.#reading.messages(uids)) {
      if (!this.#decidedBy({ message })) await this.#judgeContent(message)
    }
  }

  async #judgeContent(message: Message): Promise<void> {
    const reading = this.#reading
    const part = decodeStructure(message.structure)
    const header = this.#judge.asksHeader
      ? new HeaderFacts(await reading.content(message.blob, 0, part.bodyStart))
      : undefined
    await this.#takeTurns(part.bodyStart)
    if (header && this.#decidedBy({ message, header })) return
    const found = new Needles(this.#judge.needles)
    for (const piece of searchTexts(await reading.content(message.blob), part)) {
      found.look(piece)
      if (found.done) break
      await this.#takeTurns(piece.text.length)
    }
    this.#decidedBy({ message, header, found })
  }

  /** Whether what is known of a message suffices; nothing is left to say about one that is gone. */
  #decidedBy(facts: Omit<Facts, 'position'> & { readonly message: Message }): boolean {
    const { uid } = facts.message
    const position = this.#index.positionOf(uid)
    return position < 0 || this.#decided(uid, this.#judge.verdict({ ...facts, position }))
  }

  #decided(uid: Uid, verdict: Verdict): boolean {
    if (verdict) this.#hits.push(uid)
    return verdict !== undefined
  }

  #uidAt(position: number): Uid | undefined {
    return position < this.#index.count ? this.#index.uidAt(position) : undefined
  }

  /** Lets others run, once enough text was looked through since they last did. */
  async #takeTurns(text = TEXT_PER_TURN): Promise<void> {
    this.#textLeft -= text
    if (this.#textLeft > 0) return
    this.#textLeft = TEXT_PER_TURN
    await nextTurn()
    this.#reading.signal?.throwIfAborted()
  }
}
