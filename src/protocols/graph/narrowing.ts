import { conjuncts, type Filter } from '../../codecs/odata/filter.ts'

/**
 * Between which moments everything lies that passes a filter, by what it wants of a property that is a time. Times are
 * shown in whole seconds, so what is shown as the bound may be later by most of one.
 */
export function timeBounds(filter: Filter | undefined, property: string): { from?: number; until?: number } {
  const bounds: { from?: number; until?: number } = {}
  for (const part of filter === undefined ? [] : conjuncts(filter)) {
    if (!('value' in part) || !(part.value instanceof Date)) continue
    if (part.path.join('/').toLowerCase() !== property.toLowerCase()) continue
    const at = part.value.getTime()
    if (['ge', 'gt', 'eq'].includes(part.kind)) bounds.from = at
    if (['le', 'lt', 'eq'].includes(part.kind)) bounds.until = at + 1000
  }
  return bounds
}
