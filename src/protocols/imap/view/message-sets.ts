import type { ImapReader } from '../../../codecs/imap/reader.ts'
import {
  inRanges,
  type MessageSet,
  type NumberRange,
  readMessageSet,
  readSequenceSet,
  resolveSet,
  type SequenceSet,
} from '../../../codecs/imap/sequence-set.ts'
import type { Uid } from '../../../core/ids.ts'
import { refuse } from '../../../core/refusal.ts'
import type { ParseContext } from '../command.ts'
import type { Completion } from '../reply/reply.ts'
import type { FolderView, Picked } from './folder-view.ts'

/** Reads a message set; Exchange Online has no `$`. */
export function readSet(reader: ImapReader, context: ParseContext): MessageSet {
  needsUids(context)
  return context.exchange ? readSequenceSet(reader) : readMessageSet(reader)
}

/** RFC 9586 §3.1: with UIDONLY enabled, only UID commands are allowed. */
export function needsUids({ uidOnly, uid }: Pick<ParseContext, 'uidOnly' | 'uid'>): void {
  if (uidOnly && !uid) refuse('bad-syntax', 'Message numbers are not allowed with UIDONLY', { code: 'UIDREQUIRED' })
}

/** The messages that a set names, by UID or by number. Refuses a number without a message (RFC 3501 §9). */
export function pick(view: FolderView, set: MessageSet, uid: boolean): Picked {
  if (set === '$') return { uids: view.saved, ghosts: [] }
  return uid ? view.byUid(resolveSet(set, view.lastUid)) : view.bySeq(numbersIn(view, set))
}

/**
 * The messages of a set that changed after a mod-sequence; expunged ones are not among them. Usually few messages
 * changed, so the function looks up the changed messages in the set, not the set in the folder.
 */
export function pickChanged(view: FolderView, set: MessageSet, uid: boolean, modSeq: number): readonly Uid[] {
  const changed = view.changedSince(modSeq)
  if (set === '$')
    return inRanges(
      changed,
      view.saved.map((saved) => [saved, saved]),
      asItIs,
    )
  if (uid) return inRanges(changed, resolveSet(set, view.lastUid), asItIs)
  return inRanges(changed, numbersIn(view, set), (each) => view.seqOf(each))
}

const asItIs = (uid: Uid): number => uid

function numbersIn(view: FolderView, set: SequenceSet): readonly NumberRange[] {
  const ranges = resolveSet(set, view.count)
  const last = ranges[ranges.length - 1]
  // RFC 3501 §9: in an empty folder `*` is not a valid number.
  if (!last || last[1] > view.count) {
    refuse('bad-syntax', 'No message has that number', { observed: 'The specified message set is invalid.' })
  }
  return ranges
}

/** The messages of a set, for atomic commands. RFC 2180 §4.4.2: refuses if the set contains an expunged message. */
export function pickWhole(view: FolderView, set: MessageSet, uid: boolean): readonly Uid[] {
  const { uids, ghosts } = pick(view, set, uid)
  if (ghosts.length > 0) expungeIssued()
  return uids
}

const text = 'Some of the messages no longer exist'

/** Refuses an atomic command because one of its messages was expunged (RFC 5530 §3). */
export const expungeIssued = (): never => refuse('gone', text, { code: 'EXPUNGEISSUED' })

/**
 * The tagged OK of FETCH and STORE if some of their messages were expunged and the EXPUNGE is still pending. It comes
 * after the responses for the messages that are left. RFC 2180 §4.1 and §4.2 also allow NO, but clients abort their
 * sync on NO. Seen: Dovecot 2.4 answers OK [EXPUNGEISSUED].
 */
export const someExpunged: Completion = { code: 'EXPUNGEISSUED', text }
