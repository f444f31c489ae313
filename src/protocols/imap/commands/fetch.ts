import { type ContentItem, type FetchItem, readFetchItems } from '../../../codecs/imap/fetch-items.ts'
import { readSequenceSet } from '../../../codecs/imap/sequence-set.ts'
import type { Uid } from '../../../core/ids.ts'
import type { Mailbox, Message } from '../../../domain/mail/types.ts'
import { command } from '../command.ts'
import { contentOf } from '../fetch-content.ts'
import { type FetchReply, FetchWriter } from '../fetch-reply.ts'
import { SEEN } from '../flag-text.ts'
import { expungeIssued, pick } from '../sets.ts'
import type { Selected } from '../state.ts'

/** Rows are asked for so many at a time. */
const CHUNK = 256
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
    const asked = uid ? withItem(items, 'UID') : items
    let told = 0
    const writer = new FetchWriter(selected.view, mailbox)
    for (let at = 0; at < uids.length; at += CHUNK) {
      for await (const reply of repliesFor(selected, mailbox, uids.slice(at, at + CHUNK), asked)) {
        told += 1
        yield* writer.write(reply)
      }
    }
    yield writer.rest()
    if (!uid && told < uids.length + ghosts.length) expungeIssued()
  },
})

const withItem = (items: readonly FetchItem[], item: 'UID' | 'FLAGS'): readonly FetchItem[] =>
  items.some((each) => each.item === item) ? items : [...items, { item }]

const isContent = (item: FetchItem): item is ContentItem => item.item === 'content'

/** The index alone knows these. */
const needsRow = (item: FetchItem): boolean => item.item !== 'UID' && item.item !== 'FLAGS'

async function* repliesFor(
  selected: Selected,
  mailbox: Mailbox,
  uids: readonly Uid[],
  items: readonly FetchItem[],
): AsyncGenerator<FetchReply> {
  const { view, folder } = selected
  const contents = items.filter(isContent)
  const seen = contents.some(({ peek }) => !peek) ? await markSeen(selected, mailbox, uids) : none
  const flagged = withItem(items, 'FLAGS')
  const itemsFor = (uid: Uid): readonly FetchItem[] => (seen.has(uid) ? flagged : items)
  if (!items.some(needsRow)) {
    for (const uid of uids) if (view.holds(uid)) yield { uid, items: itemsFor(uid), message: undefined, values: [] }
    return
  }
  const messages = await mailbox.messages(folder.id, uids)
  yield* ahead(messages, async (message) => ({
    uid: message.uid,
    items: itemsFor(message.uid),
    message,
    values: contents.length > 0 ? await contentOf(mailbox, message, contents) : [],
  }))
}

const none: ReadonlySet<Uid> = new Set()

/** RFC 3501 §6.4.5: to read a body is to see it. Those that were unseen, whose flags are told with the rest. */
async function markSeen(
  { view, folder, readOnly }: Selected,
  mailbox: Mailbox,
  uids: readonly Uid[],
): Promise<ReadonlySet<Uid>> {
  const { index } = view
  const unseen = uids.filter((uid) => {
    const position = index.positionOf(uid)
    return position >= 0 && (index.flagsAt(position).system & SEEN.system) === 0
  })
  if (readOnly || unseen.length === 0) return none
  const { changed, modSeq } = await mailbox.store(folder.id, unseen, { mode: 'add', flags: SEEN })
  if (changed) view.known(modSeq)
  return new Set(unseen)
}

/** The replies in order, a few of them being made while one is used. */
async function* ahead(
  messages: readonly Message[],
  make: (message: Message) => Promise<FetchReply>,
): AsyncGenerator<FetchReply> {
  const making: Promise<FetchReply>[] = []
  let next = 0
  try {
    while (next < messages.length || making.length > 0) {
      while (next < messages.length && making.length < AHEAD) making.push(make(messages[next++]!))
      yield await making.shift()!
    }
  } finally {
    // Whoever leaves early leaves no failure unheard.
    await Promise.allSettled(making)
  }
}
