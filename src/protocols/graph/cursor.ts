import type { HttpRequest } from '../../core/http.ts'
import { badRequest } from './errors.ts'
import { optionIn } from './query.ts'

/** Where a thing stands in its collection: by its creation, and by its id among those made at once. */
export interface Place {
  readonly created: number
  readonly id: string
}

type SortValue = string | number | boolean | null

/** After which thing a page begins: its values of the sort keys, and its place among those that are equal in them. */
export interface Cursor {
  readonly values: readonly SortValue[]
  readonly place: Place
}

const LONGEST_TOKEN = 8192

/** The cursor of `$skiptoken`, of a list that is sorted by so many keys. */
export function cursorFrom(request: HttpRequest, keys: number): Cursor | undefined {
  if (!request.query.has('$skiptoken')) return undefined
  const parts = partsOf(optionIn(request, '$skiptoken') ?? '')
  const [created, id, ...values] = parts
  if (typeof created !== 'number' || typeof id !== 'string' || values.length !== keys || !values.every(isSortValue)) {
    return badRequest('The skip token is malformed.')
  }
  return { values, place: { created, id } }
}

function partsOf(token: string): readonly unknown[] {
  if (token.length > LONGEST_TOKEN) return []
  try {
    const parts: unknown = JSON.parse(Buffer.from(token, 'base64url').toString())
    return Array.isArray(parts) ? parts : []
  } catch {
    return []
  }
}

export const isSortValue = (value: unknown): value is SortValue =>
  value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'

/** The URL of the page that begins after `cursor`. */
export function nextLink({ base, path, query }: HttpRequest, { values, place }: Cursor): string {
  const next = new URLSearchParams(query)
  next.set('$skiptoken', Buffer.from(JSON.stringify([place.created, place.id, ...values])).toString('base64url'))
  // Graph spells the options with their dollar sign, and some clients look for it.
  return `${base}${path}?${next.toString().replaceAll('%24', '$')}`
}
