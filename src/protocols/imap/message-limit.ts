import { inRanges } from '../../codecs/imap/sequence-set.ts'
import type { Uid } from '../../core/ids.ts'
import { refuse } from '../../core/refusal.ts'
import type { SearchKey } from '../../domain/mail/types.ts'
import type { ImapSettings } from './deps.ts'
import { DELETED } from './reply/flag-text.ts'
import type { FolderView } from './view/folder-view.ts'
import type { Completion } from './reply/reply.ts'
import { rangesKey } from './searching/uid-keys.ts'

/** The messages that a command acts on, and what its tagged line tells where these are not all of those that were meant. */
export interface Highest extends Pick<Completion, 'limited'> {
  readonly uids: readonly Uid[]
}

/** RFC 9738 §3.1: so many messages at a time, those with the highest UIDs. */
export function highest(ascending: readonly Uid[], { message_limit: most }: ImapSettings): Highest {
  if (most === 0 || ascending.length <= most) return { uids: ascending }
  const uids = ascending.slice(-most)
  return { uids, limited: `MESSAGELIMIT ${most} ${uids[0]!}` }
}

/** The same for UID EXPUNGE, which acts on no message but those with `\Deleted`. */
export function highestDeleted(ascending: readonly Uid[], { index }: FolderView, settings: ImapSettings): Highest {
  if (settings.message_limit === 0) return { uids: ascending }
  return highest(
    ascending.filter((uid) => (index.flagsAt(index.positionOf(uid)).system & DELETED.system) !== 0),
    settings,
  )
}

/** RFC 9738 §3.1: what is done to all of them or to none is not done to so many. */
export function refuseMany(count: number, { message_limit, save_limit }: ImapSettings): void {
  const most = message_limit || save_limit
  if (most > 0 && count > most) tooMany(most)
}

const tooMany = (most: number): never =>
  refuse('too-big', `That is about more than ${most} messages`, { code: `MESSAGELIMIT ${most}` })

/** RFC 9738 §3.1: a search looks at so many messages, however few fit. */
export function searchHighest(
  key: SearchKey,
  view: FolderView,
  settings: ImapSettings,
): Pick<Completion, 'limited'> & { readonly key: SearchKey } {
  if (settings.message_limit === 0) return { key }
  const { uids, limited } = highest(candidates(key, view), settings)
  if (limited === undefined) return { key }
  return { key: { key: 'and', of: [rangesKey([[uids[0]!, view.lastUid]]), key] }, limited }
}

/** RFC 9738 §3.3: messages are put in order all together. */
export function refuseToOrderMany(
  key: SearchKey,
  view: FolderView,
  { message_limit: most }: ImapSettings,
): { readonly key: SearchKey } {
  return most > 0 && candidates(key, view).length > most ? tooMany(most) : { key }
}

/** The messages with the UIDs that the search is about, whatever else it asks of them. */
function candidates(key: SearchKey, view: FolderView): readonly Uid[] {
  const parts = key.key === 'and' ? key.of : [key]
  const within = parts.flatMap((part) => (part.key === 'uids' ? [part.ranges] : []))
  const { uids } = view.byUid([[1, view.lastUid]])
  return within.reduce<readonly Uid[]>((left, ranges) => inRanges(left, ranges, (uid) => uid), uids)
}
