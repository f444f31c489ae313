import { pick } from '../../core/pick.ts'
import { type CmdletCall, optional } from '../cmdlet.ts'
import type { JsonObject } from '../../core/json.ts'
import { integer, switched, text, texts } from '../parameter-type.ts'

/** Parameters of every cmdlet that lists. */
export const listParameters = {
  Filter: optional(text, "An OData filter, such as: displayName eq 'Mail fetcher'"),
  Top: optional(integer(1, 1_000_000), 'The maximum number of objects (default: one page).', { aliases: ['Limit'] }),
  All: optional(switched, 'Returns all objects.'),
  PageSize: optional(integer(1, 999), 'The number of objects in one request.'),
  ConsistencyLevel: optional(text, 'Accepted, without effect: every answer is up to date.'),
  Property: optional(texts, 'Only these properties.', { aliases: ['Select'] }),
  Sort: optional(texts, 'The properties to sort by, each with or without desc.', { aliases: ['OrderBy'] }),
  ExpandProperty: optional(texts, 'Related objects to include.', { aliases: ['Expand'] }),
}

interface ListValues {
  readonly Filter?: string
  readonly Top?: number
  readonly All?: boolean
  readonly PageSize?: number
  readonly Property?: readonly string[]
  readonly Sort?: readonly string[]
  readonly ExpandProperty?: readonly string[]
}

/** `path\`/applications/${id}\``: gaps are percent-encoded. */
export const path = (parts: TemplateStringsArray, ...gaps: string[]): string =>
  parts.map((part, at) => part + (at < gaps.length ? encodeURIComponent(gaps[at]!) : '')).join('')

/** The largest `$top` that Graph accepts. */
const LARGEST_PAGE = 999

/** A request for a list, with `-Filter`, `-Top`, `-All`, `-PageSize` and `-Property`. */
export function list(of: string, given: ListValues): CmdletCall {
  const most = given.All ? Number.POSITIVE_INFINITY : given.Top
  const page = given.PageSize ?? (given.Top === undefined ? undefined : Math.min(given.Top, LARGEST_PAGE))
  return {
    verb: 'GET',
    path: of,
    query: {
      ...(given.Filter === undefined ? {} : { $filter: given.Filter }),
      ...(page === undefined ? {} : { $top: String(page) }),
      ...(given.Sort === undefined ? {} : { $orderby: given.Sort.map(camelCase).join(',') }),
      ...selection(given),
    },
    answers: 'many',
    ...(most === undefined ? {} : { most }),
  }
}

export const one = (of: string, given: Pick<ListValues, 'Property' | 'ExpandProperty'>): CmdletCall => ({
  verb: 'GET',
  path: of,
  query: selection(given),
  answers: 'one',
})

const selection = ({
  Property,
  ExpandProperty,
}: Pick<ListValues, 'Property' | 'ExpandProperty'>): Record<string, string> => ({
  ...(Property === undefined ? {} : { $select: Property.map(camelCase).join(',') }),
  ...(ExpandProperty === undefined ? {} : { $expand: ExpandProperty.map(camelCase).join(',') }),
})

/**
 * The JSON body for the parameters that are properties: `-DisplayName` is `displayName`.
 * Objects of PowerShell scripts have their keys in PascalCase; Graph's are in camelCase.
 */
export function properties(given: Readonly<Record<string, unknown>>, except: readonly string[] = []): JsonObject {
  return camelCased(pick(given, (name, value) => value !== undefined && !except.includes(name))) as JsonObject
}

function camelCased(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camelCased)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [camelCase(name), camelCased(inner)]))
}

const camelCase = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1)
