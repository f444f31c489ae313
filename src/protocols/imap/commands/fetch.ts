import {
  type ContentItem,
  type FetchItem,
  type FetchModifiers,
  isExtension,
  readFetchItems,
  readFetchModifiers,
} from '../../../codecs/imap/fetch-items.ts'
import { type PartialRange, partOf } from '../../../codecs/imap/partial-range.ts'
import type { Reader } from '../../../codecs/imap/reader.ts'
import { type MessageSet, type NumberRange, resolveSet } from '../../../codecs/imap/sequence-set.ts'
import type { ModSeq, Uid } from '../../../core/ids.ts'
import { isRefusedFor, refuse } from '../../../core/refusal.ts'
import type { LentMemory, Mailbox } from '../../../domain/mail/types.ts'
import { command } from '../command.ts'
import { enablingCondstore } from '../condstore.ts'
import type { Dialect } from '../dialect.ts'
import { contentsOf } from '../fetch-content.ts'
import { FetchWriter } from '../fetch-reply.ts'
import { type Fetched, fetched } from '../fetched.ts'
import { SEEN } from '../flag-text.ts'
import type { FolderView, Picked } from '../folder-view.ts'
import { type Octets, release, type Reply } from '../reply.ts'
import { expungeIssued, pick, pickChanged, readSet } from '../sets.ts'
import type { Selected } from '../state.ts'
import { vanishedEarlier } from '../vanished.ts'

/** Messages that are told of from the index between two looks at how much there is to send. */
const CHUNK = 128
/** Contents of many messages are read into two pieces of memory of so many octets. */
const LENT = 512 * 1024

export const fetch = command({
  name: 'FETCH',
  in: ['selected'],
  spec: 'RFC 3501 §6.4.5, RFC 7162 §3.1.4, §3.2.6, RFC 3516 §4.2, RFC 8474 §5, RFC 9394 §3.2',
  uid: 'also',
  news: 'held',
  parse: (reader, reading) => ({ set: readSet(reader.space(), reading), ...readWanted(reader.space(), reading) }),
  async *run({ session, state, uid }, { set, items, changedSince, partial, vanished }) {
    const { selected, mailbox } = state
    const { view, folder } = selected
    if (changedSince !== undefined || items.some(({ item }) => item === 'MODSEQ')) yield* enablingCondstore(session)
    if (vanished && !(uid && session.dialect.qresync))
      refuse('bad-syntax', 'VANISHED is for UID FETCH, with QRESYNC enabled')
    // RFC 7162 §3.2.6: before the FETCH answers.
    if (vanished)
      yield vanishedEarlier(view, await mailbox.vanishedSince(folder.id, changedSince as ModSeq), everyUid(view, set))
    const picked =
      changedSince === undefined
        ? pick(view, set, uid)
        : // RFC 7162 §3.1.4.1
          { uids: pickChanged(view, set, uid, changedSince), ghosts: [] }
    const { uids, ghosts } = within(picked, partial)
    const fetching = new Fetching(
      selected,
      mailbox,
      withImplied(items, uid, changedSince !== undefined, session.dialect),
      session.dialect,
    )
    yield* fetching.all(uids)
    yield fetching.rest()
    if (!uid && fetching.told < uids.length + ghosts.length) expungeIssued()
  },
})

function readWanted(reader: Reader, { exchange }: Dialect): { items: readonly FetchItem[] } & FetchModifiers {
  const items = readFetchItems(reader)
  if (exchange && items.some(isExtension)) refuse('bad-syntax', 'There is no such FETCH item')
  return { items, ...(exchange ? { vanished: false } : readFetchModifiers(reader)) }
}

/** `*` is the largest UID that there ever was: those that vanished are asked for too. */
const everyUid = (view: FolderView, set: MessageSet): readonly NumberRange[] =>
  set === '$' ? [] : resolveSet(set, view.index.uidNext - 1)

/** RFC 9394 §3.2; whoever asks for a part is told of no others. */
const within = (picked: Picked, partial: PartialRange | undefined): Picked =>
  partial ? { uids: partOf(picked.uids, partial), ghosts: [] } : picked

/** RFC 3501 §6.4.8: UID FETCH tells the UID, asked or not; RFC 7162 §3.1: once enabled, mod-sequences come with the flags. */
function withImplied(
  items: readonly FetchItem[],
  uid: boolean,
  changed: boolean,
  { condstore, uidOnly }: Dialect,
): readonly FetchItem[] {
  // RFC 9586 §3.4: UIDFETCH names it anyway.
  const named = uid && !uidOnly ? withItem(items, 'UID') : items
  const modSeq = changed || (condstore && items.some(({ item }) => item === 'FLAGS'))
  return modSeq ? withItem(named, 'MODSEQ') : named
}

const withItem = (items: readonly FetchItem[], item: 'UID' | 'FLAGS' | 'MODSEQ'): readonly FetchItem[] =>
  items.some((each) => each.item === item) ? items : [...items, { item }]

/** The index alone knows these. */
const needsRow = ({ item }: FetchItem): boolean => item !== 'UID' && item !== 'FLAGS' && item !== 'MODSEQ'

class Fetching {
  /** How many messages were answered for. */
  told = 0
  readonly #selected: Selected
  readonly #mailbox: Mailbox
  readonly #items: readonly FetchItem[]
  readonly #contents: readonly ContentItem[]
  readonly #writer: FetchWriter
  #lent: LentMemory | undefined

  readonly #withModSeq: boolean

  constructor(selected: Selected, mailbox: Mailbox, items: readonly FetchItem[], dialect: Dialect) {
    this.#withModSeq = dialect.condstore
    this.#selected = selected
    this.#mailbox = mailbox
    this.#items = items
    this.#contents = items.filter((item) => item.item === 'content')
    this.#writer = new FetchWriter(selected.view, mailbox, dialect)
  }

  rest(): Octets {
    return this.#writer.take()
  }

  async *all(uids: readonly Uid[]): AsyncGenerator<Reply> {
    if (this.#items.some(needsRow)) yield* this.#fromRows(uids)
    else yield* this.#fromIndex(uids)
  }

  async *#fromRows(uids: readonly Uid[]): AsyncGenerator<Reply> {
    const { folder } = this.#selected
    for await (const messages of fetched(this.#mailbox, folder.id, uids, this.#items)) {
      this.told += messages.length
      if (this.#contents.length > 0) yield* this.#withContent(messages)
      else yield* this.#withoutContent(messages)
    }
  }

  *#fromIndex(uids: readonly Uid[]): Generator<Reply> {
    for (let at = 0; at < uids.length; at += CHUNK) {
      for (const uid of uids.slice(at, at + CHUNK)) {
        if (!this.#selected.view.holds(uid)) continue
        this.told += 1
        this.#writer.plain(uid, this.#items, undefined)
      }
      if (this.#writer.full) yield this.#writer.take()
    }
  }

  *#withoutContent(messages: readonly Fetched[]): Generator<Reply> {
    for (const message of messages) {
      this.#writer.plain(message.uid, this.#items, message)
      if (this.#writer.full) yield this.#writer.take()
    }
  }

  async *#withContent(messages: readonly Fetched[]): AsyncGenerator<Reply> {
    const seen = this.#contents.some(({ peek }) => !peek) ? await this.#markSeen(messages) : none
    const flagged = this.#withModSeq
      ? withItem(withItem(this.#items, 'FLAGS'), 'MODSEQ')
      : withItem(this.#items, 'FLAGS')
    const lent = this.#memoryFor(messages)
    for await (const answers of contentsOf(this.#mailbox, messages, this.#contents, lent)) {
      for (const [message, values] of answers) {
        const items = seen.has(message.uid) ? flagged : this.#items
        for (const flow of this.#writer.content(message, items, values)) yield* flow
        if (this.#writer.full) yield this.#writer.take()
      }
      if (lent) yield* this.#released()
    }
  }

  /** Worth its while where much is read. */
  #memoryFor(messages: readonly Fetched[]): LentMemory | undefined {
    const octets = messages.reduce((sum, message) => sum + message.octets, 0)
    if (octets > 2 * LENT) this.#lent ??= [Buffer.allocUnsafeSlow(LENT), Buffer.allocUnsafeSlow(LENT)]
    return this.#lent
  }

  *#released(): Generator<Reply> {
    yield this.#writer.take()
    yield release
  }

  /** RFC 3501 §6.4.5: to read a body is to see it. Gives those that were unseen, whose flags are told with the rest. */
  async #markSeen(messages: readonly Fetched[]): Promise<ReadonlySet<Uid>> {
    const { view, folder, readOnly } = this.#selected
    const unseen = messages
      .map(({ uid }) => uid)
      .filter((uid) => {
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
