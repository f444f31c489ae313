import { matches, type ODataFilter, order, type OrderByKey, valueAt } from '../../codecs/odata/filter.ts'
import { optionValues, queryText, withOptions } from '../../codecs/odata/query-options.ts'
import { yieldToEventLoop } from '../../core/concurrency.ts'
import type { HttpRequest } from '../../core/http.ts'
import { badRequest } from './errors.ts'
import {
  checkConsistency,
  checkCountConsistency,
  checkOptions,
  contextOf,
  expandedFrom,
  filterFrom,
  optionIn,
  optionsOf,
  orderFrom,
  pageSizeFrom,
  pathText,
  readerIn,
  selectedFrom,
} from './query.ts'
import { type CursorPosition, type Shape, shaped } from './shapes/shape.ts'

/** A request to the source of a collection. */
export interface CollectionRequest {
  /** The position to begin after, in the source's order. */
  readonly after: CursorPosition | undefined
  /** The source may leave out objects that do not match, if that is cheap. */
  readonly filter: ODataFilter | undefined
}

export type Chunks<T> = (criteria: CollectionRequest) => AsyncIterable<readonly T[]>

/** Related objects, which `$expand` adds to an object. */
export type Expansions<T> = Readonly<Record<string, (thing: T) => Promise<unknown>>>

export interface Collection<T> {
  /** The context's path: `applications`. */
  readonly of: string
  readonly shape: Shape<T>
  /** The objects in the source's order, in chunks, so that a large tenant never has to fit into memory. */
  readonly chunks: Chunks<T>
  /** The property that the source sorts by, latest first; absent if it sorts by creation. */
  readonly newestFirst?: string
  readonly expands?: Expansions<T>
  /** The largest allowed page; 999 when absent. */
  readonly largestPage?: number
  /** True if advanced queries need `ConsistencyLevel: eventual`. */
  readonly eventual?: boolean
  /** The number of all objects, if it is known without reading them. */
  readonly total?: () => Promise<number>
}

/** The position of a page: the sort values of the last object, and its place among equal ones. */
interface Cursor {
  readonly values: readonly SortValue[]
  readonly position: CursorPosition
}

/** Returns one object, reduced to `$select`. `of` is the path in the context URL. */
export async function single<T>(
  request: HttpRequest,
  { of, shape, expands = {} }: Pick<Collection<T>, 'of' | 'shape' | 'expands'>,
  thing: T,
): Promise<Record<string, unknown>> {
  checkOptions(request, optionsOf.objects)
  const selected = selectedFrom(request, shape)
  const expanded = expandedFrom(request, Object.keys(expands))
  return {
    '@odata.context': contextOf(request, of, selected, '/$entity'),
    ...shaped(shape, thing, selected),
    ...(await expansionsOf(expands, expanded, thing)),
  }
}

/**
 * Returns one page of a collection: filtered, sorted, limited to `$top`, with a link to the next page. The link names
 * the last object, so objects that are added or removed meanwhile do not shift the pages.
 */
export async function page<T>(request: HttpRequest, collection: Collection<T>): Promise<Record<string, unknown>> {
  const { of, shape, expands = {} } = collection
  checkOptions(request, optionsOf.lists)
  const selected = selectedFrom(request, shape)
  const expanded = expandedFrom(request, Object.keys(expands))
  const size = pageSizeFrom(request, collection.largestPage)
  const counted = optionIn(request, '$count')?.toLowerCase() === 'true'
  const found = await scan(request, collection, size + 1)
  const shown = found.slice(0, size)
  return {
    '@odata.context': contextOf(request, of, selected, ''),
    ...(counted ? { '@odata.count': await numberOf(request, collection) } : {}),
    ...(found.length > size ? { '@odata.nextLink': nextLink(request, shown.at(-1)!.cursor) } : {}),
    value: await Promise.all(
      shown.map(async ({ thing }) => ({
        ...shaped(shape, thing, selected),
        ...(await expansionsOf(expands, expanded, thing)),
      })),
    ),
  }
}

/** Returns the number of matching objects: the answer to `/$count`. */
export async function count<T>(request: HttpRequest, collection: Collection<T>): Promise<number> {
  checkOptions(request, optionsOf.counts)
  if (collection.eventual) checkCountConsistency(request)
  return numberOf(request, collection)
}

/** A collection that fits into memory. */
export const inMemory = <T>({ position }: Pick<Shape<T>, 'position'>, things: readonly T[]): Chunks<T> =>
  async function* ({ after }) {
    const rest = after === undefined ? things : things.filter((thing) => byPosition(position(thing), after) > 0)
    yield rest.toSorted((one, other) => byPosition(position(one), position(other)))
  }

interface FoundObject<T> {
  readonly thing: T
  readonly cursor: Cursor
}

/** The first `most` objects after the previous page. */
async function scan<T>(
  request: HttpRequest,
  collection: Collection<T>,
  most: number,
): Promise<readonly FoundObject<T>[]> {
  const { shape, newestFirst } = collection
  const requested = orderFrom(request, shape)
  const keys = isOwnOrder(requested, newestFirst) ? [] : requested
  const after = cursorFrom(request, keys.length)
  const filter = filterFrom(request, shape)
  if (collection.eventual) checkConsistency(request, { filter, order: requested })
  return keys.length === 0
    ? inOwnOrder(collection, { filter, after: after?.position }, most)
    : sortedBy(keys, after, collection, filter, most)
}

async function inOwnOrder<T>(
  collection: Collection<T>,
  criteria: CollectionRequest,
  most: number,
): Promise<readonly FoundObject<T>[]> {
  const found: FoundObject<T>[] = []
  for await (const chunk of passing(collection, criteria)) {
    found.push(...chunk.map((thing) => ({ thing, cursor: { values: [], position: collection.shape.position(thing) } })))
    if (found.length >= most) break
  }
  return found.slice(0, most)
}

/** Reads all objects for each page, and keeps only that page in memory. */
async function sortedBy<T>(
  keys: readonly OrderByKey[],
  after: Cursor | undefined,
  collection: Collection<T>,
  filter: ODataFilter | undefined,
  most: number,
): Promise<readonly FoundObject<T>[]> {
  const { shape } = collection
  const compare = comparison(keys)
  let best: readonly FoundObject<T>[] = []
  for await (const chunk of passing(collection, { filter, after: undefined })) {
    const found = chunk
      .map((thing) => ({ thing, cursor: { values: sortValues(shape, keys, thing), position: shape.position(thing) } }))
      .filter(({ cursor }) => after === undefined || compare(cursor, after) > 0)
    best = [...best, ...found].toSorted((one, other) => compare(one.cursor, other.cursor)).slice(0, most)
  }
  return best
}

const isOwnOrder = ([key, ...others]: readonly OrderByKey[], newestFirst: string | undefined): boolean =>
  key !== undefined &&
  others.length === 0 &&
  key.descending &&
  pathText(key.path).toLowerCase() === newestFirst?.toLowerCase()

async function numberOf<T>(request: HttpRequest, collection: Collection<T>): Promise<number> {
  const filter = filterFrom(request, collection.shape)
  if (filter === undefined && collection.total) return collection.total()
  let number = 0
  for await (const chunk of passing(collection, { filter, after: undefined })) number += chunk.length
  return number
}

/** Yields the matching objects, and gives way to other work between chunks. */
async function* passing<T>(
  { shape, chunks }: Collection<T>,
  criteria: CollectionRequest,
): AsyncGenerator<readonly T[]> {
  const { filter } = criteria
  const readerOf = readerIn(shape)
  for await (const chunk of chunks(criteria)) {
    yield filter === undefined ? chunk : chunk.filter((thing) => matches(filter, readerOf(thing)))
    await yieldToEventLoop()
  }
}

const sortValues = <T>(shape: Shape<T>, keys: readonly OrderByKey[], thing: T): Cursor['values'] =>
  keys.map(({ path }) => {
    const value = valueAt(readerIn(shape)(thing), path) ?? null
    if (isSortValue(value)) return value
    return badRequest(`Unsupported sort property '${pathText(path)}'.`, 'Request_UnsupportedQuery')
  })

function comparison(keys: readonly OrderByKey[]): (one: Cursor, other: Cursor) => number {
  const signs = keys.map(({ descending }) => (descending ? -1 : 1))
  return (one, other) => {
    for (const [at, sign] of signs.entries()) {
      const found = bySortValue(one.values[at], other.values[at]) * sign
      if (found !== 0) return found
    }
    return byPosition(one.position, other.position)
  }
}

/** Objects without a value come first, as in Graph. */
const bySortValue = (one: unknown, other: unknown): number =>
  order(one, other) ?? Number(one !== null) - Number(other !== null)

function byPosition(one: CursorPosition, other: CursorPosition): number {
  if (one.created !== other.created) return one.created - other.created
  if (one.id === other.id) return 0
  return one.id < other.id ? -1 : 1
}

async function expansionsOf<T>(expands: Expansions<T>, names: readonly string[], thing: T): Promise<object> {
  const all = await Promise.all(names.map(async (name) => [name, await expands[name]!(thing)] as const))
  return Object.fromEntries(all)
}

type SortValue = string | number | boolean | null

const LONGEST_TOKEN = 8192

/** Parses the cursor in `$skiptoken`, for a list with so many sort keys. */
function cursorFrom(request: HttpRequest, keys: number): Cursor | undefined {
  const [token] = optionValues(request.query, '$skiptoken')
  if (token === undefined) return undefined
  const parts = partsOf(token)
  const [created, id, ...values] = parts
  if (typeof created !== 'number' || typeof id !== 'string' || values.length !== keys || !values.every(isSortValue)) {
    return badRequest('The skip token is malformed.')
  }
  return { values, position: { created, id } }
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

const isSortValue = (value: unknown): value is SortValue =>
  value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'

/** Returns the URL of the next page. */
function nextLink({ base, path, query }: HttpRequest, { values, position }: Cursor): string {
  const token = Buffer.from(JSON.stringify([position.created, position.id, ...values])).toString('base64url')
  return `${base}${path}?${queryText(withOptions(query, { $skiptoken: token }))}`
}
