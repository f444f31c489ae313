import { type ContentItem, type FetchItem, readFetchItems } from '../../../codecs/imap/fetch-items.ts'
import { readSequenceSet } from '../../../codecs/imap/sequence-set.ts'
import type { Uid } from '../../../core/ids.ts'
import type { Mailbox, Message } from '../../../domain/mail/types.ts'
import { command } from '../command.ts'
import { contentOf, type Value } from '../fetch-content.ts'
import { FetchWriter } from '../fetch-reply.ts'
import { SEEN } from '../flag-text.ts'
import type { Reply } from '../reply.ts'
import { outcomeOf } from '../outcome.ts'
import { expungeIssued, pick } from '../sets.ts'
import type { Selected } from '../state.ts'

/** Rows are asked for so many at a time. */
const CHUNK = 128
/** Contents of so many messages are read ahead of the one that is being written. */
const AHEAD = 8

export const fetch = command({
  name: 'FETCH',
  in: ['selected'],
  spec: 'RFC 3501 §6.4.5',
  uid: 'also',
  news: 'held',
  parse: (reader) => ({ set: readSequenceSet(reader.space()), items: readFetchItems(reader.space()) }),
  async *run({ state, uid }, { set, items }) {
    const { selected, mailbox } = state
    const { uids, ghosts } = pick(selected.view, set, uid)
    // RFC 3501 §6.4.8: UID FETCH tells the UID, asked or not.
    const fetching = new Fetching(selected, mailbox, uid ? withItem(items, 'UID') : items)
    for (let at = 0; at < uids.length; at += CHUNK) yield* fetching.chunk(uids.slice(at, at + CHUNK))
    yield fetching.rest()
    if (!uid && fetching.told < uids.length + ghosts.length) expungeIssued()
  },
})

const withItem = (items: readonly FetchItem[], item: 'UID' | 'FLAGS'): readonly FetchItem[] =>
  items.some((each) => each.item === item) ? items : [...items, { item }]

/** The index alone knows these. */
const needsRow = ({ item }: FetchItem): boolean => item !== 'UID' && item !== 'FLAGS'

class Fetching {
  /** How many messages were answered for. */
  told = 0
  readonly #selected: Selected
  readonly #mailbox: Mailbox
  readonly #items: readonly FetchItem[]
  readonly #contents: readonly ContentItem[]
  readonly #writer: FetchWriter

  constructor(selected: Selected, mailbox: Mailbox, items: readonly FetchItem[]) {
    this.#selected = selected
    this.#mailbox = mailbox
    this.#items = items
    this.#contents = items.filter((item) => item.item === 'content')
    this.#writer = new FetchWriter(selected.view, mailbox)
  }

  rest(): Uint8Array {
    return this.#writer.take()
  }

  async *chunk(uids: readonly Uid[]): AsyncGenerator<Reply> {
    if (this.#contents.length > 0) yield* this.#withContent(uids)
    else if (this.#items.some(needsRow)) this.#fromRows(await this.#messages(uids))
    else this.#fromIndex(uids)
    if (this.#writer.full) yield this.#writer.take()
  }

  #fromIndex(uids: readonly Uid[]): void {
    for (const uid of uids) {
      if (!this.#selected.view.holds(uid)) continue
      this.told += 1
      this.#writer.plain(uid, this.#items, undefined)
    }
  }

  #fromRows(messages: readonly Message[]): void {
    this.told += messages.length
    for (const message of messages) this.#writer.plain(message.uid, this.#items, message)
  }

  async *#withContent(uids: readonly Uid[]): AsyncGenerator<Reply> {
    const seen = this.#contents.some(({ peek }) => !peek) ? await this.#markSeen(uids) : none
    const flagged = withItem(this.#items, 'FLAGS')
    const read = async (message: Message): Promise<readonly [Message, Value[]]> => [
      message,
      await contentOf(this.#mailbox, message, this.#contents),
    ]
    for await (const [message, values] of ahead(await this.#messages(uids), read)) {
      this.told += 1
      yield* this.#writer.content(message, seen.has(message.uid) ? flagged : this.#items, values)
    }
  }

  #messages(uids: readonly Uid[]): Promise<readonly Message[]> {
    return this.#mailbox.messages(this.#selected.folder.id, uids)
  }

  /** RFC 3501 §6.4.5: to read a body is to see it. Gives those that were unseen, whose flags are told with the rest. */
  async #markSeen(uids: readonly Uid[]): Promise<ReadonlySet<Uid>> {
    const { view, folder, readOnly } = this.#selected
    const unseen = uids.filter((uid) => {
      const position = view.index.positionOf(uid)
      return position >= 0 && (view.index.flagsAt(position).system & SEEN.system) === 0
    })
    if (readOnly || unseen.length === 0) return none
    const { changed, modSeq } = await this.#mailbox.store(folder.id, unseen, { mode: 'add', flags: SEEN })
    if (changed) view.known(modSeq)
    return new Set(unseen)
  }
}

const none: ReadonlySet<Uid> = new Set()

/** The results in order, a few of them being made while one is used. */
async function* ahead<From, To>(from: readonly From[], make: (each: From) => Promise<To>): AsyncGenerator<To> {
  const making: Promise<() => To>[] = []
  let next = 0
  while (next < from.length || making.length > 0) {
    while (next < from.length && making.length < AHEAD) making.push(outcomeOf(make(from[next++]!)))
    const made = await making.shift()!
    yield made()
  }
}
