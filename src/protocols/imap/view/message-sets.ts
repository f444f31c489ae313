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

/** A set of messages; Exchange Online has no `$`. */
export function readSet(reader: ImapReader, reading: ParseContext): MessageSet {
  needsUids(reading)
  return reading.exchange ? readSequenceSet(reader) : readMessageSet(reader)
}

/** RFC 9586 §3.1: who knows no numbers gives only commands with UIDs. */
export function needsUids({ uidOnly, uid }: Pick<ParseContext, 'uidOnly' | 'uid'>): void {
  if (uidOnly && !uid) refuse('bad-syntax', 'Numbers are no longer understood', { code: 'UIDREQUIRED' })
}

/** The messages that a command's set names, by UID or by number. Refuses a number that there is none of (RFC 3501 §9). */
export function pick(view: FolderView, set: MessageSet, uid: boolean): Picked {
  if (set === '$') return { uids: view.saved, ghosts: [] }
  return uid ? view.byUid(resolveSet(set, view.lastUid)) : view.bySeq(numbersIn(view, set))
}

/**
 * Those of them that changed after a mod-sequence. What is gone has not. Few did, as a rule: they are looked up in the set
 * and not the set in the folder.
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
  // RFC 3501 §9: in an empty folder `*` is no number either.
  if (!last || last[1] > view.count) {
    refuse('bad-syntax', 'There is no message of that number', { observed: 'The specified message set is invalid.' })
  }
  return ranges
}

/**
 * Likewise, for commands that act on all of them or on none: RFC 2180 §4.4.2.
 * Refuses when one is gone that the client still counts.
 */
export function pickWhole(view: FolderView, set: MessageSet, uid: boolean): readonly Uid[] {
  const { uids, ghosts } = pick(view, set, uid)
  if (ghosts.length > 0) expungeIssued()
  return uids
}

const text = 'Some of the messages no longer exist'

/** Refuses a command that acts on all of its messages or on none (RFC 5530 §3). */
export const expungeIssued = (): never => refuse('gone', text, { code: 'EXPUNGEISSUED' })

/**
 * How FETCH and STORE end when some of their messages were expunged and the client has not been told yet: OK, after the
 * replies for the messages that are left. RFC 2180 §4.1 and §4.2 allow NO as well, but clients abort their sync on NO.
 * Seen: Dovecot 2.4 answers OK [EXPUNGEISSUED].
 */
export const someExpunged: Completion = { code: 'EXPUNGEISSUED', text }
