import { matches, order, valueAt } from '../../codecs/odata/evaluate.ts'
import type { ODataFilter, OrderByKey } from '../../codecs/odata/filter.ts'
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

/** What a collection's source is asked for. */
export interface CollectionRequest {
  /** The place behind which to begin, in the source's own order. */
  readonly after: CursorPosition | undefined
  /** What does not pass may be left out, where that is cheap. */
  readonly filter: ODataFilter | undefined
}

export type Chunks<T> = (asked: CollectionRequest) => AsyncIterable<readonly T[]>

/** Objects that hang on a thing and are told with it where `$expand` names them. */
export type Expansions<T> = Readonly<Record<string, (thing: T) => Promise<unknown>>>

export interface Collection<T> {
  /** The context's path: `applications`. */
  readonly of: string
  readonly shape: Shape<T>
  /** Its things in its own order, chunk by chunk, so that a large tenant is never held whole. */
  readonly chunks: Chunks<T>
  /** The property by whose latest values its own order begins, if it is not that of creation. */
  readonly newestFirst?: string
  readonly expands?: Expansions<T>
  /** The largest page that may be asked for; 999 when absent. */
  readonly largestPage?: number
  /** Whether advanced queries have to say that they take an answer that may be late. */
  readonly eventual?: boolean
  /** How many there are in all, where that is known without a look at each. */
  readonly total?: () => Promise<number>
}

/** After which thing a page begins: its values of the sort keys, and its place among those that are equal in them. */
interface Cursor {
  readonly values: readonly SortValue[]
  readonly place: CursorPosition
}

/** One object, cut to `$select`. `of` is the context's path. */
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
 * One page of a collection: filtered, in the order that was asked for, cut to `$top`, with a link to the rest. Without
 * an order it is that of creation. A link says after which object to go on, so that what is removed or added meanwhile
 * moves nothing.
 */
export async function page<T>(request: HttpRequest, collection: Collection<T>): Promise<Record<string, unknown>> {
  const { of, shape, expands = {} } = collection
  checkOptions(request, optionsOf.lists)
  const selected = selectedFrom(request, shape)
  const expanded = expandedFrom(request, Object.keys(expands))
  const size = pageSizeFrom(request, collection.largestPage)
  const counted = optionIn(request, '$count')?.toLowerCase() === 'true'
  const found = await lookThrough(request, collection, size + 1)
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

/** How many pass the filter: the answer to `/$count`. */
export async function count<T>(request: HttpRequest, collection: Collection<T>): Promise<number> {
  checkOptions(request, optionsOf.counts)
  if (collection.eventual) checkCountConsistency(request)
  return numberOf(request, collection)
}

/** A collection that is small enough to be held whole. */
export const inMemory = <T>({ place }: Pick<Shape<T>, 'place'>, things: readonly T[]): Chunks<T> =>
  async function* ({ after }) {
    const rest = after === undefined ? things : things.filter((thing) => byPlace(place(thing), after) > 0)
    yield rest.toSorted((one, other) => byPlace(place(one), place(other)))
  }

interface Found<T> {
  readonly thing: T
  readonly cursor: Cursor
}

/** The first `most` things behind the page before. */
async function lookThrough<T>(
  request: HttpRequest,
  collection: Collection<T>,
  most: number,
): Promise<readonly Found<T>[]> {
  const { shape, newestFirst } = collection
  const wanted = orderFrom(request, shape)
  const keys = isOwnOrder(wanted, newestFirst) ? [] : wanted
  const after = cursorFrom(request, keys.length)
  const filter = filterFrom(request, shape)
  if (collection.eventual) checkConsistency(request, { filter, order: wanted })
  return keys.length === 0
    ? inOwnOrder(collection, { filter, after: after?.place }, most)
    : sortedBy(keys, after, collection, filter, most)
}

async function inOwnOrder<T>(
  collection: Collection<T>,
  asked: CollectionRequest,
  most: number,
): Promise<readonly Found<T>[]> {
  const found: Found<T>[] = []
  for await (const chunk of passing(collection, asked)) {
    found.push(...chunk.map((thing) => ({ thing, cursor: { values: [], place: collection.shape.place(thing) } })))
    if (found.length >= most) break
  }
  return found.slice(0, most)
}

/** Looks through all there is for each page, and holds no more than that page of it. */
async function sortedBy<T>(
  keys: readonly OrderByKey[],
  after: Cursor | undefined,
  collection: Collection<T>,
  filter: ODataFilter | undefined,
  most: number,
): Promise<readonly Found<T>[]> {
  const { shape } = collection
  const compare = comparison(keys)
  let best: readonly Found<T>[] = []
  for await (const chunk of passing(collection, { filter, after: undefined })) {
    const found = chunk
      .map((thing) => ({ thing, cursor: { values: sortValues(shape, keys, thing), place: shape.place(thing) } }))
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

/** The things that pass the filter, with a turn for others between the chunks. */
async function* passing<T>({ shape, chunks }: Collection<T>, asked: CollectionRequest): AsyncGenerator<readonly T[]> {
  const { filter } = asked
  const readerOf = readerIn(shape)
  for await (const chunk of chunks(asked)) {
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
    return byPlace(one.place, other.place)
  }
}

/** What has no value comes first, as there. */
const bySortValue = (one: unknown, other: unknown): number =>
  order(one, other) ?? Number(one !== null) - Number(other !== null)

function byPlace(one: CursorPosition, other: CursorPosition): number {
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

/** The cursor of `$skiptoken`, of a list that is sorted by so many keys. */
function cursorFrom(request: HttpRequest, keys: number): Cursor | undefined {
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

const isSortValue = (value: unknown): value is SortValue =>
  value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'

/** The URL of the page that begins after `cursor`. */
function nextLink({ base, path, query }: HttpRequest, { values, place }: Cursor): string {
  const next = new URLSearchParams(query)
  next.set('$skiptoken', Buffer.from(JSON.stringify([place.created, place.id, ...values])).toString('base64url'))
  // Graph spells the options with their dollar sign, and some clients look for it.
  return `${base}${path}?${next.toString().replaceAll('%24', '$')}`
}
