import { refuse } from '../../core/refusal.ts'
import type { PropertyPath } from './filter.ts'

const MOST_KEYS = 8

/** One key of an `$orderby`. */
export interface SortKey {
  readonly path: PropertyPath
  readonly descending: boolean
}

/** OData 4.01 URL Conventions §5.1.4: paths with `asc` or `desc`, parted by commas. Refuses `bad-syntax`. */
export function parseOrderBy(text: string): readonly SortKey[] {
  const items = text.split(',')
  if (items.length > MOST_KEYS) refuseOrder(`more than ${MOST_KEYS} properties`)
  return items.map((item) => {
    const [, path, direction] = shape.exec(item) ?? refuseOrder(`Syntax error in '${item.slice(0, 100)}'`)
    return { path: path!.split('/') as [string, ...string[]], descending: direction?.toLowerCase() === 'desc' }
  })
}

const name = String.raw`[\p{L}_][\p{L}\p{N}_]{0,127}`
const shape = new RegExp(String.raw`^\s*(${name}(?:/${name}){0,7})(?:\s+(asc|desc))?\s*$`, 'iu')

const refuseOrder = (why: string): never =>
  refuse('bad-syntax', `Invalid orderby clause: ${why}.`, { parameter: '$orderby' })
