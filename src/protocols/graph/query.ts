import {
  conjuncts,
  type ODataFilter,
  parseOrderBy,
  pathsOf,
  type PropertyPath,
  type OrderByKey,
} from '../../codecs/odata/filter.ts'
import { parseFilter } from '../../codecs/odata/parse-filter.ts'
import {
  givenTwice,
  type SystemOption,
  systemOption,
  optionValue,
  optionValues,
} from '../../codecs/odata/query-options.ts'
import { parseExpand, parseSelect } from '../../codecs/odata/select-expand.ts'
import type { HttpRequest } from '../../core/http.ts'
import { Refusal } from '../../core/refusal.ts'
import { badRequest } from './errors.ts'
import type { Shape } from './shapes/shape.ts'

const DEFAULT_PAGE = 100
const LARGEST_PAGE = 999

type Options = ReadonlySet<SystemOption>

/** The query options that the directory's routes support; `$format` and `$count` do no harm anywhere. */
export const optionsOf = {
  lists: new Set<SystemOption>([
    '$filter',
    '$select',
    '$top',
    '$count',
    '$skiptoken',
    '$format',
    '$orderby',
    '$expand',
  ]),
  counts: new Set<SystemOption>(['$filter', '$format', '$count']),
  objects: new Set<SystemOption>(['$select', '$format', '$count', '$expand']),
} as const

/** Refuses unknown options, and options that come twice. Names without `$` that are no options are ignored. */
export function checkOptions({ query }: HttpRequest, known: Options): void {
  for (const name of new Set(query.keys())) {
    const option = systemOption(name)
    if (option === undefined ? name.startsWith('$') : !known.has(option)) {
      badRequest(`The query option '${name.slice(0, 64)}' is not supported here.`, 'Request_UnsupportedQuery')
    }
    if (option !== undefined && optionValues(query, option).length > 1) {
      badRequest(givenTwice(option))
    }
  }
}

/** Returns the value of a query option, in any spelling that Graph accepts; undefined if it is empty. */
export const optionIn = ({ query }: HttpRequest, name: SystemOption): string | undefined =>
  parsed(() => optionValue(query, name))

/** Returns the properties in `$select`, in the shape's spelling; undefined if it is absent. */
export function selectedFrom<T>(request: HttpRequest, shape: Shape<T>): readonly string[] | undefined {
  const text = optionIn(request, '$select')
  const names = text === undefined ? [] : parsed(() => parseSelect(text)).map(({ path: [name] }) => name)
  if (names.length === 0 || names.includes('*')) return undefined
  return [...new Set(names.map((name) => propertyNamed(shape, name)))]
}

/** Returns the relations in `$expand`. Refuses unknown ones. */
export function expandedFrom(request: HttpRequest, known: readonly string[]): readonly string[] {
  const text = optionIn(request, '$expand')
  const items = text === undefined ? [] : parsed(() => parseExpand(text))
  return items.map(({ path: [name], options }) => {
    const [option] = Object.keys(options)
    return option === undefined ? relationNamed(known, name) : refuseExpand(`${name}(${option})`)
  })
}

const relationNamed = (known: readonly string[], name: string): string =>
  known.find((own) => own.toLowerCase() === name.toLowerCase()) ?? refuseExpand(name)

const refuseExpand = (what: string): never =>
  badRequest(`The query option '$expand' is not supported here for '${what}'.`, 'Request_UnsupportedQuery')

export function filterFrom<T>(request: HttpRequest, shape: Shape<T>): ODataFilter | undefined {
  const text = optionIn(request, '$filter')
  if (text === undefined) return undefined
  const filter = parsed(() => parseFilter(text))
  for (const [name] of pathsOf(filter)) propertyNamed(shape, name)
  return filter
}

export function orderFrom<T>(request: HttpRequest, shape: Shape<T>): readonly OrderByKey[] {
  const text = optionIn(request, '$orderby')
  if (text === undefined) return []
  const keys = parsed(() => parseOrderBy(text))
  for (const { path } of keys) propertyNamed(shape, path[0])
  return keys
}

/** Turns a syntax error into `BadRequest`. */
function parsed<T>(read: () => T): T {
  try {
    return read()
  } catch (thrown) {
    if (thrown instanceof Refusal) return badRequest(thrown.message)
    throw thrown
  }
}

export function pageSizeFrom(request: HttpRequest, largest = LARGEST_PAGE): number {
  const top = optionIn(request, '$top')
  if (top === undefined) return DEFAULT_PAGE
  const size = /^\d{1,9}$/.test(top) ? Number(top) : 0
  if (size >= 1 && size <= largest) return size
  return badRequest(
    `Invalid page size specified: '${top.slice(0, 20)}'. Must be between 1 and ${largest} inclusive.`,
    'Request_BadRequest',
  )
}

/** Returns a property of an object by its path, in any letter case; used by `$filter` and `$orderby`. */
export const readerIn =
  <T>(shape: Shape<T>) =>
  (thing: T) =>
  (name: string): unknown =>
    Object.hasOwn(shape.properties, name)
      ? shape.properties[name]!(thing)
      : shape.properties[propertyNamed(shape, name)]!(thing)

export const pathText = (path: PropertyPath): string => path.join('/')

function propertyNamed<T>(shape: Shape<T>, name: string): string {
  const known = Object.keys(shape.properties).find((own) => own.toLowerCase() === name.toLowerCase())
  return (
    known ??
    badRequest(`Could not find a property named '${name.slice(0, 128)}' on type 'microsoft.graph.${shape.type}'.`)
  )
}

export const contextOf = (
  { base }: HttpRequest,
  of: string,
  selected: readonly string[] | undefined,
  ending: '' | '/$entity',
): string => `${base}/v1.0/$metadata#${of}${selected === undefined ? '' : `(${selected.join(',')})`}${ending}`

/**
 * Refuses an advanced query without `ConsistencyLevel: eventual` and, except for a mere count, `$count=true` (Graph's
 * "advanced query capabilities").
 */
export function checkConsistency(
  request: HttpRequest,
  criteria: { readonly filter: ODataFilter | undefined; readonly order: readonly OrderByKey[] },
): void {
  const { filter, order } = criteria
  const advanced =
    filter === undefined ? undefined : (operatorIn(filter) ?? (order.length > 0 ? 'OrderBy with Filter' : undefined))
  if (advanced === undefined || (isEventual(request) && optionIn(request, '$count')?.toLowerCase() === 'true')) return
  badRequest(
    `Operator '${advanced}' is not supported because the required parameters might be missing. Try adding $count=true query parameter and ConsistencyLevel:eventual header.`,
    'Request_UnsupportedQuery',
  )
}

/** The same for `/$count`. */
export function checkCountConsistency(request: HttpRequest): void {
  if (!isEventual(request)) badRequest('$count is not currently supported.', 'Request_BadRequest')
}

const isEventual = ({ headers }: HttpRequest): boolean => headers.consistencylevel?.trim().toLowerCase() === 'eventual'

/** Returns the first operator that makes a query advanced. */
function operatorIn(filter: ODataFilter): string | undefined {
  for (const part of conjuncts(filter)) {
    const found = namedOperator(part)
    if (found !== undefined) return found
  }
  return undefined
}

function namedOperator(part: ODataFilter): string | undefined {
  switch (part.kind) {
    case 'ne':
      return 'NotEqualsMatch'
    case 'not':
      return 'Not'
    case 'endswith':
      return 'EndsWith'
    case 'contains':
      return 'Contains'
    case 'or':
      return part.all.map(operatorIn).find((found) => found !== undefined)
    case 'any':
    case 'all':
      return part.each && operatorIn(part.each.filter)
    default:
      return 'path' in part && part.path.at(-1) === '$count' ? 'Count' : undefined
  }
}
