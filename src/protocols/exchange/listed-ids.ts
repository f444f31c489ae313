import type { ListChange } from '../../cmdlets/exchange/list-change.ts'

/** A change of a list of ids, by one that names what they stand for. */
export async function idsOf(
  change: ListChange,
  find: (named: string, how: 'comes' | 'goes') => Promise<string>,
): Promise<ListChange> {
  const ids = (names: readonly string[], how: 'comes' | 'goes') => Promise.all(names.map((named) => find(named, how)))
  if ('replace' in change) return { replace: await ids(change.replace, 'comes') }
  const remove = await ids(change.remove, 'goes')
  return { add: await ids(change.add, 'comes'), remove }
}
