import type { ListChange } from '../../cmdlets/exchange/list-change.ts'

/** The ids in a list after a change of it that names what they stand for; null for an empty list. */
export async function idsAfter(
  before: readonly string[],
  change: ListChange,
  find: (named: string, how: 'comes' | 'goes') => Promise<string>,
): Promise<readonly string[] | null> {
  const ids = (names: readonly string[], how: 'comes' | 'goes') => Promise.all(names.map((named) => find(named, how)))
  if ('replace' in change) return orNothing(await ids(change.replace, 'comes'))
  const gone = await ids(change.remove, 'goes')
  return orNothing([...before.filter((id) => !gone.includes(id)), ...(await ids(change.add, 'comes'))])
}

const orNothing = (ids: readonly string[]): readonly string[] | null => (ids.length === 0 ? null : [...new Set(ids)])
