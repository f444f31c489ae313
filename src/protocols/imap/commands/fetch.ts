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
import { enablingCondstore, vanishedEarlier } from '../view/condstore.ts'
import type { ImapDialect } from '../dialect.ts'
import { Fetching, isUidAlone, withItem } from '../fetching/fetching.ts'
import type { FolderView, Picked } from '../view/folder-view.ts'
import { highest, refuseMany } from '../message-limit.ts'
import { fetched } from '../operations.ts'

/** A FETCH of more messages is a long command. */
const FEW = 1000

export const fetch = command({
  name: 'FETCH',
  in: ['selected'],
  spec: 'RFC 3501 §6.4.5, RFC 7162 §3.1.4, §3.2.6, RFC 3516 §4.2, RFC 8474 §5, RFC 9394 §3.2, RFC 9738 §3.1',
  uid: 'also',
  updates: 'held',
  parse: (reader, context) => ({
    set: readSet(reader.space(), context),
    ...readItemsAndModifiers(reader.space(), context),
  }),
  does: ({ items, ...known }) => fetched(items, known),
  long: ({ set }, { selected: { view } }) => mostMessages(set, view) > FEW,
  async *run({ session, state, uid }, { set, items, changedSince, partial, vanished }) {
    const { selected, mailbox } = state
    const { view, folder } = selected
    if (changedSince !== undefined || items.some(({ item }) => item === 'MODSEQ')) yield* enablingCondstore(session)
    if (vanished && !(uid && session.dialect.qresync))
      refuse('bad-syntax', 'VANISHED requires UID FETCH with QRESYNC enabled')
    // RFC 7162 §3.2.6: before the FETCH responses.
    if (vanished)
      yield vanishedEarlier(view, await mailbox.vanishedSince(folder.id, changedSince as ModSeq), everyUid(view, set))
    const picked =
      changedSince === undefined || partial
        ? pick(view, set, uid)
        : // RFC 7162 §3.1.4.1
          { uids: pickChanged(view, set, uid, changedSince), ghosts: [] }
    const { settings } = session.deps
    // RFC 9738 §3.1: the range of PARTIAL must not exceed the limit.
    if (partial) refuseMany(Math.abs(partial.last - partial.first) + 1, { ...settings, save_limit: 0 })
    const part = withGhosts(within(view, picked, partial, changedSince), items)
    const { uids, ...done } = highest(part.uids, settings)
    const fetching = new Fetching(session, state, withImplied(items, uid, changedSince !== undefined, session.dialect))
    // RFC 9738 §3.1: in descending order, so that the code names the lowest UID.
    if (done.limited === undefined) yield* fetching.all(uids)
    else for (const each of uids.toReversed()) yield* fetching.all([each])
    if (fetching.damaged > 0) refuseDamaged(fetching.damaged)
    return !uid && fetching.answered < uids.length + part.ghosts.length ? { ...done, ...someExpunged } : done
  },
})

/** RFC 5530 §3. The readable messages got their responses; the log names the damaged ones. */
const refuseDamaged = (count: number): never =>
  refuse('damaged', `${count === 1 ? 'One message is' : `${count} messages are`} damaged and cannot be read.`)

function readItemsAndModifiers(
  reader: ImapReader,
  { exchange }: ImapDialect,
): { items: readonly FetchItem[] } & FetchModifiers {
  const items = readFetchItems(reader)
  if (exchange && items.some(isExtension)) refuse('bad-syntax', 'Unknown FETCH item')
  return { items, ...(exchange ? { vanished: false } : readFetchModifiers(reader)) }
}

/** An upper bound of the messages in a set. */
const mostMessages = (set: MessageSet, { count, lastUid }: FolderView): number =>
  set === '$'
    ? count
    : Math.min(
        count,
        resolveSet(set, lastUid).reduce((sum, [from, to]) => sum + to - from + 1, 0),
      )

/** The UIDs of a set, expunged messages included: `*` is the largest UID that was ever assigned. */
const everyUid = (view: FolderView, set: MessageSet): readonly NumberRange[] =>
  set === '$' ? [] : resolveSet(set, view.index.uidNext - 1)

/** RFC 9394 §3.3: the messages in the range of PARTIAL. §3.4: only the changed ones of them. */
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

/** RFC 2180 §4.1.1: an expunged message still gets a response if only its UID is requested. */
function withGhosts({ uids, ghosts }: Picked, items: readonly FetchItem[]): Picked {
  if (ghosts.length === 0 || !isUidAlone(items)) return { uids, ghosts }
  return { uids: [...uids, ...ghosts].sort((one, other) => one - other), ghosts: [] }
}

/**
 * RFC 3501 §6.4.8: UID FETCH always returns the UID. RFC 7162 §3.1: with CONDSTORE, flags come with the mod-sequence.
 */
function withImplied(
  items: readonly FetchItem[],
  uid: boolean,
  changed: boolean,
  { condstore, uidOnly }: ImapDialect,
): readonly FetchItem[] {
  // RFC 9586 §3.4: UIDFETCH contains the UID already.
  const named = uid && !uidOnly ? withItem(items, 'UID') : items
  const modSeq = changed || (condstore && items.some(({ item }) => item === 'FLAGS'))
  return modSeq ? withItem(named, 'MODSEQ') : named
}
