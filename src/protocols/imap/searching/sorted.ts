import type { Uid } from '../../../core/ids.ts'
import type { SortCriterion, SortOrder } from '../../../domain/mail/types.ts'
import type { SearchedFolder, SearchProgram } from './contracts.ts'

export interface Order {
  readonly by: SortCriterion | 'relevancy'
  readonly reverse: boolean
}

interface Sorting extends Pick<SearchProgram, 'relevancy'> {
  /** Cancels long work. */
  readonly signal: AbortSignal
}

/** Sorts ascending UIDs by the keys. The store sorts by every key except relevancy, which it does not know. */
export async function sorted(
  searched: SearchedFolder,
  uids: readonly Uid[],
  order: readonly Order[],
  { relevancy, signal }: Sorting,
): Promise<readonly Uid[]> {
  const at = order.findIndex(({ by }) => by === 'relevancy')
  const [before, after] = [at < 0 ? order : order.slice(0, at), at < 0 ? [] : order.slice(at + 1)].map(stored)
  const by: ByStore = (some) =>
    some.length === 0 ? Promise.resolve(uids) : searched.mailbox.sort(searched.folder.id, uids, some, signal)
  if (at < 0) return by(before!)
  const groups = await groupsBy(by, before!)
  const rest = positionsIn(await by(after!))
  // RFC 6203 §6: the most relevant message comes first.
  const sign = order[at]!.reverse ? 1 : -1
  return uids
    .filter((uid) => groups.has(uid) && rest.has(uid))
    .map((uid) => ({ uid, group: groups.get(uid)!, score: sign * relevancy(uid), position: rest.get(uid)! }))
    .sort((one, other) => one.group - other.group || one.score - other.score || one.position - other.position)
    .map(({ uid }) => uid)
}

const stored = (order: readonly Order[]): readonly SortOrder[] =>
  order.filter((each): each is SortOrder => each.by !== 'relevancy')

type ByStore = (order: readonly SortOrder[]) => Promise<readonly Uid[]>

const positionsIn = (uids: readonly Uid[]): ReadonlyMap<Uid, number> =>
  new Map(uids.map((uid, position) => [uid, position]))

/**
 * Numbers the groups of equal messages. Equal messages keep their order when the keys are reversed; other messages do
 * not.
 */
async function groupsBy(by: ByStore, order: readonly SortOrder[]): Promise<ReadonlyMap<Uid, number>> {
  const forward = await by(order)
  const reversed = order.map(({ by, reverse }) => ({ by, reverse: !reverse }))
  const backward = positionsIn(await by(reversed))
  const groups = new Map<Uid, number>()
  let group = 0
  let last = -1
  for (const uid of forward) {
    const position = backward.get(uid)
    if (position === undefined) continue
    if (position < last) group += 1
    groups.set(uid, group)
    last = position
  }
  return groups
}
