import type { Reader } from '../../codecs/imap/reader.ts'
import { type MessageSet, readMessageSet, readSequenceSet, resolveSet } from '../../codecs/imap/sequence-set.ts'
import { refuse } from '../../core/refusal.ts'
import type { Uid } from '../../core/ids.ts'
import type { Reading } from './command.ts'
import type { FolderView, Picked } from './folder-view.ts'

/** A set of messages; Exchange Online has no `$`. */
export function readSet(reader: Reader, reading: Reading): MessageSet {
  needsUids(reading)
  return reading.exchange ? readSequenceSet(reader) : readMessageSet(reader)
}

/** RFC 9586 §3.1: who knows no numbers gives only commands with UIDs. */
export function needsUids({ uidOnly, uid }: Pick<Reading, 'uidOnly' | 'uid'>): void {
  if (uidOnly && !uid) refuse('bad-syntax', 'Numbers are no longer understood', { code: 'UIDREQUIRED' })
}

/** The messages that a command's set names, by UID or by number. Refuses a number that there is none of (RFC 3501 §9). */
export function pick(view: FolderView, set: MessageSet, uid: boolean): Picked {
  if (set === '$') return { uids: view.saved, ghosts: [] }
  if (uid) return view.byUid(resolveSet(set, view.lastUid))
  const ranges = resolveSet(set, view.count)
  const last = ranges[ranges.length - 1]
  if (last && last[1] > view.count) {
    refuse('bad-syntax', 'There is no message of that number', { observed: 'The specified message set is invalid.' })
  }
  return view.bySeq(ranges)
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

/** RFC 5530 §3. */
export const expungeIssued = (): never => refuse('gone', 'Some of the messages are gone', { code: 'EXPUNGEISSUED' })
