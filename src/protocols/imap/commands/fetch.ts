import {
  type FetchItem,
  type FetchModifiers,
  isExtension,
  readFetchItems,
  readFetchModifiers,
} from '../../../codecs/imap/fetch-items.ts'
import { type PartialRange, partOf } from '../../../codecs/imap/esearch.ts'
import type { ImapReader } from '../../../codecs/imap/reader.ts'
import { type MessageSet, type NumberRange, resolveSet } from '../../../codecs/imap/sequence-set.ts'
import type { ModSeq, Uid } from '../../../core/ids.ts'
import { refuse } from '../../../core/refusal.ts'
import { command } from '../command.ts'
import { pick, pickChanged, readSet, someExpunged } from '../view/message-sets.ts'
import { enablingCondstore } from '../view/condstore.ts'
import type { ImapDialect } from '../dialect.ts'
import { Fetching, isUidAlone, withItem } from '../fetching/fetching.ts'
import type { FolderView, Picked } from '../view/folder-view.ts'
import { highest, refuseMany } from '../message-limit.ts'
import { fetched } from '../operations.ts'
import { vanishedEarlier } from '../view/resynchronise.ts'

/** Messages that are fetched in no time. */
const FEW = 1000

export const fetch = command({
  name: 'FETCH',
  in: ['selected'],
  spec: 'RFC 3501 §6.4.5, RFC 7162 §3.1.4, §3.2.6, RFC 3516 §4.2, RFC 8474 §5, RFC 9394 §3.2, RFC 9738 §3.1',
  uid: 'also',
  updates: 'held',
  parse: (reader, reading) => ({
    set: readSet(reader.space(), reading),
    ...readItemsAndModifiers(reader.space(), reading),
  }),
  does: ({ items, ...known }) => fetched(items, known),
  long: ({ set }, { selected: { view } }) => mostMessages(set, view) > FEW,
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
      changedSince === undefined || partial
        ? pick(view, set, uid)
        : // RFC 7162 §3.1.4.1
          { uids: pickChanged(view, set, uid, changedSince), ghosts: [] }
    const { settings } = session.deps
    // RFC 9738 §3.1: who asks for a part asks for no larger one.
    if (partial) refuseMany(Math.abs(partial.last - partial.first) + 1, { ...settings, save_limit: 0 })
    const part = withGhosts(within(view, picked, partial, changedSince), items)
    const { uids, ...done } = highest(part.uids, settings)
    const fetching = new Fetching(session, state, withImplied(items, uid, changedSince !== undefined, session.dialect))
    // RFC 9738 §3.1: downwards, where the client is told how far that went.
    if (done.limited === undefined) yield* fetching.all(uids)
    else for (const each of uids.toReversed()) yield* fetching.all([each])
    if (fetching.damaged > 0) refuseDamaged(fetching.damaged)
    return !uid && fetching.told < uids.length + part.ghosts.length ? { ...done, ...someExpunged } : done
  },
})

/** RFC 5530 §3: the others were told of. Which they are is in the log. */
const refuseDamaged = (count: number): never =>
  refuse('damaged', `${count === 1 ? 'One message is' : `${count} messages are`} damaged and cannot be read.`)

function readItemsAndModifiers(
  reader: ImapReader,
  { exchange }: ImapDialect,
): { items: readonly FetchItem[] } & FetchModifiers {
  const items = readFetchItems(reader)
  if (exchange && items.some(isExtension)) refuse('bad-syntax', 'There is no such FETCH item')
  return { items, ...(exchange ? { vanished: false } : readFetchModifiers(reader)) }
}

/** At most so many messages are meant. */
const mostMessages = (set: MessageSet, { count, lastUid }: FolderView): number =>
  set === '$'
    ? count
    : Math.min(
        count,
        resolveSet(set, lastUid).reduce((sum, [from, to]) => sum + to - from + 1, 0),
      )

/** `*` is the largest UID that there ever was: those that vanished are asked for too. */
const everyUid = (view: FolderView, set: MessageSet): readonly NumberRange[] =>
  set === '$' ? [] : resolveSet(set, view.index.uidNext - 1)

/** RFC 9394 §3.3; whoever asks for a part is told of no others. §3.4: of the part, those that changed. */
function within(
  { index }: FolderView,
  picked: Picked,
  partial: PartialRange | undefined,
  changedSince: number | undefined,
): Picked {
  if (!partial) return picked
  const part = partOf(picked.uids, partial)
  const changed = (uid: Uid): boolean => index.modSeqAt(index.positionOf(uid)) > changedSince!
  return { uids: changedSince === undefined ? part : part.filter(changed), ghosts: [] }
}

/** RFC 2180 §4.1.1: what is gone can still be told of where nothing but its UID is asked for. */
function withGhosts({ uids, ghosts }: Picked, items: readonly FetchItem[]): Picked {
  if (ghosts.length === 0 || !isUidAlone(items)) return { uids, ghosts }
  return { uids: [...uids, ...ghosts].sort((one, other) => one - other), ghosts: [] }
}

/** RFC 3501 §6.4.8: UID FETCH tells the UID, asked or not; RFC 7162 §3.1: once enabled, mod-sequences come with the flags. */
function withImplied(
  items: readonly FetchItem[],
  uid: boolean,
  changed: boolean,
  { condstore, uidOnly }: ImapDialect,
): readonly FetchItem[] {
  // RFC 9586 §3.4: UIDFETCH names it anyway.
  const named = uid && !uidOnly ? withItem(items, 'UID') : items
  const modSeq = changed || (condstore && items.some(({ item }) => item === 'FLAGS'))
  return modSeq ? withItem(named, 'MODSEQ') : named
}
