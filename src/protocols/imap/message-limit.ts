import { inRanges } from '../../codecs/imap/sequence-set.ts'
import type { Uid } from '../../core/ids.ts'
import { refuse } from '../../core/refusal.ts'
import type { SearchKey } from '../../domain/mail/types.ts'
import type { ImapSettings } from './deps.ts'
import { DELETED } from './reply/flag-text.ts'
import type { FolderView } from './view/folder-view.ts'
import type { Completion } from './reply/reply.ts'
import { rangesKey } from './searching/uid-keys.ts'

/** The messages that a command acts on, and the response code for the limit, if the limit left some out. */
export interface Highest extends Pick<Completion, 'limited'> {
  readonly uids: readonly Uid[]
}

/** RFC 9738 §3.1: applies the message limit; the messages with the highest UIDs are used. */
export function highest(ascending: readonly Uid[], { message_limit: most }: ImapSettings): Highest {
  if (most === 0 || ascending.length <= most) return { uids: ascending }
  const uids = ascending.slice(-most)
  return { uids, limited: `MESSAGELIMIT ${most} ${uids[0]!}` }
}

/** The same for UID EXPUNGE, which acts on messages with `\Deleted` only. */
export function highestDeleted(ascending: readonly Uid[], { index }: FolderView, settings: ImapSettings): Highest {
  if (settings.message_limit === 0) return { uids: ascending }
  return highest(
    ascending.filter((uid) => (index.flagsAt(index.positionOf(uid)).system & DELETED.system) !== 0),
    settings,
  )
}

/** RFC 9738 §3.1: refuses a command that is atomic and names more messages than the limit. */
export function refuseMany(count: number, { message_limit, save_limit }: ImapSettings): void {
  const most = message_limit || save_limit
  if (most > 0 && count > most) tooMany(most)
}

const tooMany = (most: number): never =>
  refuse('too-big', `The command names more than ${most} messages`, { code: `MESSAGELIMIT ${most}` })

/** RFC 9738 §3.1: applies the limit to the messages that a search examines, not to its result. */
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

/** RFC 9738 §3.3: a sort needs all messages, so it is refused above the limit. */
export function refuseToOrderMany(
  key: SearchKey,
  view: FolderView,
  { message_limit: most }: ImapSettings,
): { readonly key: SearchKey } {
  return most > 0 && candidates(key, view).length > most ? tooMany(most) : { key }
}

/** The messages in the UID sets of the search, without regard to its other keys. */
function candidates(key: SearchKey, view: FolderView): readonly Uid[] {
  const parts = key.key === 'and' ? key.of : [key]
  const within = parts.flatMap((part) => (part.key === 'uids' ? [part.ranges] : []))
  const { uids } = view.byUid([[1, view.lastUid]])
  return within.reduce<readonly Uid[]>((left, ranges) => inRanges(left, ranges, (uid) => uid), uids)
}
