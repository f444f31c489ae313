import type { ContentItem, FetchItem } from '../../../codecs/imap/fetch-items.ts'
import type { Uid } from '../../../core/ids.ts'
import type { OctetBudget } from '../../../core/octet-budget.ts'
import { isRefusedFor } from '../../../core/refusal.ts'
import type { Wire } from '../../../core/wire.ts'
import type { LentMemory, Mailbox, MetadataChunk } from '../../../domain/mail/types.ts'
import type { ClientDialect, FetchBudget } from '../conversation/session-contracts.ts'
import { SEEN } from '../reply/flag-text.ts'
import { type ImapReply, release } from '../reply/reply.ts'
import type { Selected, StateAt } from '../state.ts'
import { contentsOf, FetchedMessage, partsOf } from './fetch-content.ts'
import { type AnswerPlan, FetchWriter, planOf } from './fetch-reply.ts'

/** Messages that are written from the index between two checks of the output size. */
const CHUNK = 128
/** Octets of the output buffer for more messages than that. */
const OUT = 256 * 1024
/** Octets of each of the two buffers for the content of many messages. */
const LEASED = 512 * 1024
/** Octets of content that are read without a memory lease. */
const LITTLE = 64 * 1024

/** UID, FLAGS and MODSEQ come from the index alone. */
const needsRow = ({ item }: FetchItem): boolean => item !== 'UID' && item !== 'FLAGS' && item !== 'MODSEQ'

export const isUidAlone = (items: readonly FetchItem[]): boolean => items.every(({ item }) => item === 'UID')

export const withItem = (items: readonly FetchItem[], item: 'UID' | 'FLAGS' | 'MODSEQ'): readonly FetchItem[] =>
  items.some((each) => each.item === item) ? items : [...items, { item }]

/**
 * One running FETCH. It handles some messages at a time, at the speed of the client, within a memory budget of all
 * connections.
 */
export class Fetching {
  /** Messages that got a response. */
  answered = 0
  /** Messages that could not be read and got no response. */
  damaged = 0
  readonly #selected: Selected
  readonly #mailbox: Mailbox
  readonly #items: readonly FetchItem[]
  readonly #contents: readonly ContentItem[]
  readonly #plan: AnswerPlan
  readonly #withModSeq: boolean
  readonly #writer: FetchWriter
  readonly #lease: MemoryLease
  #lent: LentMemory | undefined
  /** Whether the output is large enough to reuse its memory. */
  #isLarge = false

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
    this.#lease = new MemoryLease(session.sending, session.wire, session.chargedTo)
  }

  async *all(uids: readonly Uid[]): AsyncGenerator<ImapReply> {
    try {
      this.#isLarge = uids.length > CHUNK
      if (this.#isLarge) yield* this.#takeLease(OUT)
      if (this.#items.some(needsRow)) yield* this.#fromRows(uids)
      else yield* this.#fromIndex(uids)
      yield* this.#flush()
    } finally {
      this.#lease.giveBack()
    }
  }

  async *#fromRows(uids: readonly Uid[]): AsyncGenerator<ImapReply> {
    const { folder } = this.#selected
    for await (const chunk of this.#mailbox.metadata(folder.id, uids, partsOf(this.#items))) {
      this.answered += chunk.uids.length
      this.#writer.from(chunk)
      if (this.#contents.length > 0) yield* this.#withContent(chunk)
      else yield* this.#withoutContent(chunk.uids)
    }
  }

  *#fromIndex(uids: readonly Uid[]): Generator<ImapReply> {
    const { view } = this.#selected
    const expungedToo = isUidAlone(this.#items)
    for (let at = 0; at < uids.length;) {
      for (const end = Math.min(at + CHUNK, uids.length); at < end; at++) {
        if (!expungedToo && !view.holds(uids[at]!)) continue
        this.answered += 1
        this.#writer.plain(uids[at]!, this.#plan)
      }
      if (this.#writer.full) yield* this.#flush()
    }
  }

  *#withoutContent(uids: readonly Uid[]): Generator<ImapReply> {
    for (const uid of uids) {
      this.#writer.plain(uid, this.#plan)
      if (this.#writer.full) yield* this.#flush()
    }
  }

  async *#withContent(chunk: MetadataChunk): AsyncGenerator<ImapReply> {
    const messages = chunk.uids.map((uid) => new FetchedMessage(chunk, uid))
    const seen = this.#contents.some(({ peek }) => !peek) ? await this.#markSeen(chunk.uids) : none
    const planOfSeen = seen.size > 0 ? this.#planWithFlags() : this.#plan
    const octets = messages.reduce((sum, message) => sum + this.#requestedOctets(message), 0)
    if (octets > LITTLE) yield* this.#takeLease(OUT + this.#neededFor(messages, octets))
    if (octets > 2 * LEASED) {
      this.#isLarge = true
      this.#lent ??= [Buffer.allocUnsafeSlow(LEASED), Buffer.allocUnsafeSlow(LEASED)]
    }
    const reading = { lent: this.#lent, damaged: () => void (this.damaged += 1) }
    for await (const answers of contentsOf(this.#mailbox, messages, this.#contents, reading)) {
      for (const [message, values] of answers) {
        const plan = seen.has(message.uid) ? planOfSeen : this.#plan
        for (const flow of this.#writer.content(message, plan, values)) yield* flow
        if (this.#writer.full) yield* this.#lent ? [this.#writer.take()] : this.#flush()
      }
      if (this.#lent) yield* this.#flush()
    }
  }

  /** The layout for messages that the FETCH marks as seen. */
  #planWithFlags(): AnswerPlan {
    const flagged = withItem(this.#items, 'FLAGS')
    return planOf(this.#withModSeq ? withItem(flagged, 'MODSEQ') : flagged)
  }

  /** An upper bound of the requested octets. */
  #requestedOctets({ octets }: FetchedMessage): number {
    return this.#contents.reduce((sum, { partial }) => sum + Math.min(octets, partial?.count ?? octets), 0)
  }

  /** A BINARY item needs the whole encoded part in memory. */
  #neededFor(messages: readonly FetchedMessage[], octets: number): number {
    const decoded = this.#contents.some(({ binary }) => binary !== undefined)
    const largest = decoded ? messages.reduce((most, message) => Math.max(most, message.octets), 0) : 0
    return Math.max(Math.min(octets, 2 * LEASED), 2 * largest)
  }

  /** Takes a memory lease. Sends the output so far before it waits for one. */
  async *#takeLease(octets: number): AsyncGenerator<ImapReply> {
    if (this.#lease.covers(octets) || this.#lease.tryTake(octets)) return
    yield* this.#flush()
    yield release
    await this.#lease.take(octets)
  }

  *#flush(): Generator<ImapReply> {
    yield this.#writer.take()
    if (!this.#isLarge) return
    yield release
    this.#writer.reuse()
  }

  /** RFC 3501 §6.4.5: sets `\Seen`. Returns the messages that were unseen; their responses include the flags. */
  async #markSeen(uids: readonly Uid[]): Promise<ReadonlySet<Uid>> {
    const { view, folder, readOnly } = this.#selected
    const unseen = uids.filter((uid) => {
      const position = view.index.positionOf(uid)
      return position >= 0 && (view.index.flagsAt(position).system & SEEN.system) === 0
    })
    if (readOnly || unseen.length === 0) return none
    try {
      const { changed, modSeq } = await this.#mailbox.store(folder.id, unseen, { mode: 'add', flags: SEEN })
      if (changed) view.dropOwnChange(modSeq)
      return new Set(unseen)
    } catch (thrown) {
      // With a full disk the message is still returned, without \Seen, as in a read-only folder.
      if (isRefusedFor('no-room', thrown)) return none
      throw thrown
    }
  }
}

const none: ReadonlySet<Uid> = new Set()

/** Memory that a reply uses until it is sent, from the budget of all connections. */
class MemoryLease {
  readonly #budget: OctetBudget
  readonly #wire: Wire
  readonly #caller: string
  #octets = 0
  #giveBack: (() => void) | undefined

  constructor(budget: OctetBudget, wire: Wire, caller: string) {
    this.#budget = budget
    this.#wire = wire
    this.#caller = caller
  }

  covers(octets: number): boolean {
    return octets <= this.#octets
  }

  /** Replaces the lease by one of this size, if the budget allows it. */
  tryTake(octets: number): boolean {
    const giveBack = this.#budget.tryTake(octets, this.#caller)
    if (giveBack) this.#hold(octets, giveBack)
    return giveBack !== undefined
  }

  /**
   * Waits in order until the budget allows a lease of this size. The memory of the old lease must not be in use any
   * more.
   */
  async take(octets: number): Promise<void> {
    this.giveBack()
    this.#hold(octets, await this.#budget.take(octets, this.#wire.closed, this.#caller))
  }

  #hold(octets: number, giveBack: () => void): void {
    this.giveBack()
    this.#octets = octets
    this.#giveBack = giveBack
  }

  giveBack(): void {
    this.#giveBack?.()
    this.#giveBack = undefined
    this.#octets = 0
  }
}
