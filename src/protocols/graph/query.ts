import { matches, readerOf } from '../../codecs/odata/evaluate.ts'
import { type Filter, pathsOf } from '../../codecs/odata/filter.ts'
import { parseFilter } from '../../codecs/odata/parse-filter.ts'
import type { HttpRequest } from '../../core/http.ts'
import { badRequest, speaking } from './errors.ts'
import { type Shape, shaped, shapedWhole } from './shapes/shape.ts'

const DEFAULT_PAGE = 100
const LARGEST_PAGE = 999

/** The query options that the directory's routes know; `$format` and `$count` cannot do harm anywhere. */
const ofLists = new Set(['$filter', '$select', '$top', '$count', '$skiptoken', '$format'])
const ofObjects = new Set(['$select', '$format', '$count'])

/** One object, cut to `$select`. `of` is the context's path: `applications`. */
export function single<T>(request: HttpRequest, of: string, shape: Shape<T>, thing: T): Record<string, unknown> {
  checkOptions(request, ofObjects)
  const selected = selectedFrom(request, shape)
  return { '@odata.context': contextOf(request, of, selected, '/$entity'), ...shaped(shape, thing, selected) }
}

/** What `$select` names, spelled as the shape does; undefined when nothing is selected. */
export function selectedFrom<T>(request: HttpRequest, shape: Shape<T>): readonly string[] | undefined {
  const names = (request.query.get('$select') ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  if (names.length === 0 || names.includes('*')) return undefined
  return [...new Set(names.map((name) => propertyNamed(shape, name)))]
}

/**
 * One page of a collection: filtered, cut to `$top`, with a link to the rest. The order is that of creation, and a link
 * says after which object to go on, so that what is removed or added meanwhile moves nothing.
 */
export async function page<T>(
  request: HttpRequest,
  collection: { of: string; shape: Shape<T>; things: readonly T[] },
): Promise<Record<string, unknown>> {
  const { of, shape, things } = collection
  checkOptions(request, ofLists)
  const selected = selectedFrom(request, shape)
  const size = pageSize(request)
  const filter = await filterOf(request, shape)
  const found = things
    .filter((thing) => filter === undefined || matches(filter, readerOf(shapedWhole(shape, thing))))
    .map((thing) => ({ thing, key: placeKey(shape.place(thing)) }))
    .sort((one, other) => (one.key < other.key ? -1 : 1))
  const after = skipToken(request)
  const rest = after === undefined ? found : found.filter(({ key }) => key > after)
  const shown = rest.slice(0, size)
  return {
    '@odata.context': contextOf(request, of, selected, ''),
    ...(request.query.get('$count') === 'true' ? { '@odata.count': found.length } : {}),
    ...(rest.length > size ? { '@odata.nextLink': nextLink(request, shown.at(-1)!.key) } : {}),
    value: shown.map(({ thing }) => shaped(shape, thing, selected)),
  }
}

/** Sorts as text the way places do. */
const placeKey = ({ created, id }: ReturnType<Shape<never>['place']>): string =>
  `${String(created).padStart(16, '0')}.${id}`

function skipToken({ query }: HttpRequest): string | undefined {
  const token = query.get('$skiptoken')
  if (token === null) return undefined
  const key = Buffer.from(token, 'base64url').toString('latin1')
  return /^\d{16}\../.test(key) ? key : badRequest('The skip token is malformed.')
}

function nextLink({ base, path, query }: HttpRequest, key: string): string {
  const next = new URLSearchParams(query)
  next.set('$skiptoken', Buffer.from(key, 'latin1').toString('base64url'))
  // Graph spells the options with their dollar sign, and some clients look for it.
  return `${base}${path}?${next.toString().replaceAll('%24', '$')}`
}

function pageSize({ query }: HttpRequest): number {
  const top = query.get('$top')
  if (top === null) return DEFAULT_PAGE
  const size = /^\d{1,9}$/.test(top) ? Number(top) : 0
  if (size >= 1 && size <= LARGEST_PAGE) return size
  return badRequest(
    `Invalid page size specified: '${top.slice(0, 20)}'. Must be between 1 and ${LARGEST_PAGE} inclusive.`,
    'Request_BadRequest',
  )
}

async function filterOf<T>({ query }: HttpRequest, shape: Shape<T>): Promise<Filter | undefined> {
  const text = query.get('$filter')
  if (text === null || text.trim() === '') return undefined
  const filter = await speaking({ 'bad-syntax': 'BadRequest' }, async () => parseFilter(text))
  for (const [name] of pathsOf(filter)) propertyNamed(shape, name)
  return filter
}

function propertyNamed<T>(shape: Shape<T>, name: string): string {
  const known = Object.keys(shape.properties).find((own) => own.toLowerCase() === name.toLowerCase())
  return (
    known ??
    badRequest(`Could not find a property named '${name.slice(0, 128)}' on type 'microsoft.graph.${shape.type}'.`)
  )
}

function checkOptions({ query }: HttpRequest, known: ReadonlySet<string>): void {
  for (const name of new Set(query.keys())) {
    if (name.startsWith('$') && !known.has(name)) {
      badRequest(`The query option '${name.slice(0, 64)}' is not supported here.`, 'Request_UnsupportedQuery')
    }
    if (query.getAll(name).length > 1 && known.has(name)) {
      badRequest(`The query option '${name}' was given more than once.`)
    }
  }
}

const contextOf = (
  { base }: HttpRequest,
  of: string,
  selected: readonly string[] | undefined,
  ending: '' | '/$entity',
): string => `${base}/v1.0/$metadata#${of}${selected === undefined ? '' : `(${selected.join(',')})`}${ending}`
