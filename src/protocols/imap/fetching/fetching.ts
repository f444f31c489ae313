import type { ContentItem, FetchItem } from '../../../codecs/imap/fetch-items.ts'
import type { Uid } from '../../../core/ids.ts'
import { isRefusedFor } from '../../../core/refusal.ts'
import type { LentMemory, Mailbox, MetadataChunk } from '../../../domain/mail/types.ts'
import { contentsOf } from './fetch-content.ts'
import { type AnswerPlan, FetchWriter, planOf } from './fetch-reply.ts'
import { FetchedMessage, partsOf } from './fetched-message.ts'
import { SEEN } from '../reply/flag-text.ts'
import { MemoryLease } from '../reply/memory-lease.ts'
import { release, type ImapReply } from '../reply/reply.ts'
import type { ClientDialect, FetchBudget } from '../conversation/session-contracts.ts'
import type { Selected, StateAt } from '../state.ts'

/** Messages that are told of from the index between two looks at how much there is to send. */
const CHUNK = 128
/** What the answers for more messages than these are written into. */
const OUT = 256 * 1024
/** Contents of many messages are read into two pieces of memory of so many octets. */
const LENT = 512 * 1024
/** So much content is read without asking whether there is memory for it. */
const LITTLE = 64 * 1024

/** The index alone knows these. */
const needsRow = ({ item }: FetchItem): boolean => item !== 'UID' && item !== 'FLAGS' && item !== 'MODSEQ'

export const isUidAlone = (items: readonly FetchItem[]): boolean => items.every(({ item }) => item === 'UID')

export const withItem = (items: readonly FetchItem[], item: 'UID' | 'FLAGS' | 'MODSEQ'): readonly FetchItem[] =>
  items.some((each) => each.item === item) ? items : [...items, { item }]

/** One FETCH under way: some messages at a time, at the pace of the client, and in memory that all connections share. */
export class Fetching {
  /** How many messages were answered for. */
  told = 0
  /** How many of them could not be read, and have no answer. */
  damaged = 0
  readonly #selected: Selected
  readonly #mailbox: Mailbox
  readonly #items: readonly FetchItem[]
  readonly #contents: readonly ContentItem[]
  readonly #plan: AnswerPlan
  readonly #withModSeq: boolean
  readonly #writer: FetchWriter
  readonly #loan: MemoryLease
  #lent: LentMemory | undefined
  /** Whether it is worth its while to use the same memory again and again. */
  #much = false

  constructor(
    session: FetchBudget & Pick<ClientDialect, 'dialect'>,
    { selected, mailbox }: StateAt<'selected'>,
    items: readonly FetchItem[],
  ) {
    const { dialect } = session
    this.#selected = selected
    this.#mailbox = mailbox
    this.#items = items
    this.#contents = items.filter((item) => item.item === 'content')
    this.#plan = planOf(items)
    this.#withModSeq = dialect.condstore
    this.#writer = new FetchWriter(selected, mailbox, dialect)
    this.#loan = new MemoryLease(session.sending, session.wire, session.chargedTo)
  }

  async *all(uids: readonly Uid[]): AsyncGenerator<ImapReply> {
    try {
      this.#much = uids.length > CHUNK
      if (this.#much) yield* this.#borrow(OUT)
      if (this.#items.some(needsRow)) yield* this.#fromRows(uids)
      else yield* this.#fromIndex(uids)
      yield* this.#handOn()
    } finally {
      this.#loan.giveBack()
    }
  }

  async *#fromRows(uids: readonly Uid[]): AsyncGenerator<ImapReply> {
    const { folder } = this.#selected
    for await (const chunk of this.#mailbox.metadata(folder.id, uids, partsOf(this.#items))) {
      this.told += chunk.uids.length
      this.#writer.from(chunk)
      if (this.#contents.length > 0) yield* this.#withContent(chunk)
      else yield* this.#withoutContent(chunk.uids)
    }
  }

  *#fromIndex(uids: readonly Uid[]): Generator<ImapReply> {
    const { view } = this.#selected
    const evenGone = isUidAlone(this.#items)
    for (let at = 0; at < uids.length;) {
      for (const end = Math.min(at + CHUNK, uids.length); at < end; at++) {
        if (!evenGone && !view.holds(uids[at]!)) continue
        this.told += 1
        this.#writer.plain(uids[at]!, this.#plan)
      }
      if (this.#writer.full) yield* this.#handOn()
    }
  }

  *#withoutContent(uids: readonly Uid[]): Generator<ImapReply> {
    for (const uid of uids) {
      this.#writer.plain(uid, this.#plan)
      if (this.#writer.full) yield* this.#handOn()
    }
  }

  async *#withContent(chunk: MetadataChunk): AsyncGenerator<ImapReply> {
    const messages = chunk.uids.map((uid) => new FetchedMessage(chunk, uid))
    const seen = this.#contents.some(({ peek }) => !peek) ? await this.#markSeen(chunk.uids) : none
    const planOfSeen = seen.size > 0 ? this.#planWithFlags() : this.#plan
    const octets = messages.reduce((sum, message) => sum + this.#wantedOf(message), 0)
    if (octets > LITTLE) yield* this.#borrow(OUT + this.#neededFor(messages, octets))
    if (octets > 2 * LENT) {
      this.#much = true
      this.#lent ??= [Buffer.allocUnsafeSlow(LENT), Buffer.allocUnsafeSlow(LENT)]
    }
    const reading = { lent: this.#lent, damaged: () => void (this.damaged += 1) }
    for await (const answers of contentsOf(this.#mailbox, messages, this.#contents, reading)) {
      for (const [message, values] of answers) {
        const plan = seen.has(message.uid) ? planOfSeen : this.#plan
        for (const flow of this.#writer.content(message, plan, values)) yield* flow
        if (this.#writer.full) yield* this.#lent ? [this.#writer.take()] : this.#handOn()
      }
      if (this.#lent) yield* this.#handOn()
    }
  }

  /** Of messages that were unseen before. */
  #planWithFlags(): AnswerPlan {
    const flagged = withItem(this.#items, 'FLAGS')
    return planOf(this.#withModSeq ? withItem(flagged, 'MODSEQ') : flagged)
  }

  /** At most. */
  #wantedOf({ octets }: FetchedMessage): number {
    return this.#contents.reduce((sum, { partial }) => sum + Math.min(octets, partial?.count ?? octets), 0)
  }

  /** What is decoded has to be there as a whole. */
  #neededFor(messages: readonly FetchedMessage[], octets: number): number {
    const decoded = this.#contents.some(({ binary }) => binary !== undefined)
    const largest = decoded ? messages.reduce((most, message) => Math.max(most, message.octets), 0) : 0
    return Math.max(Math.min(octets, 2 * LENT), 2 * largest)
  }

  /** What was written so far goes out before memory is waited for. */
  async *#borrow(octets: number): AsyncGenerator<ImapReply> {
    if (this.#loan.covers(octets) || this.#loan.tryTake(octets)) return
    yield* this.#handOn()
    yield release
    await this.#loan.take(octets)
  }

  *#handOn(): Generator<ImapReply> {
    yield this.#writer.take()
    if (!this.#much) return
    yield release
    this.#writer.reuse()
  }

  /** RFC 3501 §6.4.5: to read a body is to see it. Gives those that were unseen, whose flags are told with the rest. */
  async #markSeen(uids: readonly Uid[]): Promise<ReadonlySet<Uid>> {
    const { view, folder, readOnly } = this.#selected
    const unseen = uids.filter((uid) => {
      const position = view.index.positionOf(uid)
      return position >= 0 && (view.index.flagsAt(position).system & SEEN.system) === 0
    })
    if (readOnly || unseen.length === 0) return none
    try {
      const { changed, modSeq } = await this.#mailbox.store(folder.id, unseen, { mode: 'add', flags: SEEN })
      if (changed) view.known(modSeq)
      return new Set(unseen)
    } catch (thrown) {
      // A disk that is full can be read from all the same; as from a folder that is read-only, without a trace.
      if (isRefusedFor('no-room', thrown)) return none
      throw thrown
    }
  }
}

const none: ReadonlySet<Uid> = new Set()
