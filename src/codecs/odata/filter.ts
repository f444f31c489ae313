import { refuse } from '../../core/refusal.ts'
import { normalized } from '../charset/unicode-casemap.ts'

/** An operand of a comparison. A GUID without quotes is a text too; a date without quotes is a time. */
export type Literal = string | number | boolean | null | Date

/** Names of nested properties, the outer one first: `passwordProfile/password`. */
export type PropertyPath = readonly [string, ...string[]]

export type ODataOperator = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le'

/** Types that `cast` converts a text to. */
export type EdmType = (typeof edmTypes)[number]

const edmTypes = [
  'Edm.Boolean',
  'Edm.DateTimeOffset',
  'Edm.Double',
  'Edm.Int16',
  'Edm.Int32',
  'Edm.Int64',
  'Edm.String',
] as const

export const isEdmType = (name: string): name is EdmType => (edmTypes as readonly string[]).includes(name)

export type TextFunction = 'startswith' | 'endswith' | 'contains'

/** A parsed `$filter`. */
export type ODataFilter =
  | { readonly kind: 'and' | 'or'; readonly all: readonly ODataFilter[] }
  | { readonly kind: 'not'; readonly filter: ODataFilter }
  | {
      readonly kind: ODataOperator
      readonly path: PropertyPath
      readonly value: Literal
      /** The property is converted to this type: `cast(path, Edm.Int32)`. */
      readonly cast?: EdmType
    }
  | { readonly kind: 'in'; readonly path: PropertyPath; readonly values: readonly Literal[] }
  | { readonly kind: TextFunction; readonly path: PropertyPath; readonly text: string }
  /** A condition on the members of a collection, called `variable`; without a filter: whether it has members. */
  | { readonly kind: 'any'; readonly path: PropertyPath; readonly each: Each | undefined }
  | { readonly kind: 'all'; readonly path: PropertyPath; readonly each: Each }

export interface Each {
  readonly variable: string
  readonly filter: ODataFilter
}

/** All properties of the record itself that a filter uses. */
export function pathsOf(filter: ODataFilter): readonly PropertyPath[] {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.all.flatMap(pathsOf)
    case 'not':
      return pathsOf(filter.filter)
    case 'any':
    case 'all':
      return [filter.path, ...(filter.each ? outerPaths(filter.each) : [])]
    default:
      return [filter.path]
  }
}

const outerPaths = ({ variable, filter }: Each): readonly PropertyPath[] =>
  pathsOf(filter).filter(([name]) => name !== variable)

/** The parts of a filter that are joined by `and`. */
export const conjuncts = (filter: ODataFilter): readonly ODataFilter[] =>
  filter.kind === 'and' ? filter.all.flatMap(conjuncts) : [filter]

/** The equality conditions on every matching record: path (in lower case, with slashes) and value. */
export function demandsOf(filter: ODataFilter | undefined): ReadonlyMap<string, Literal> {
  const parts = filter === undefined ? [] : conjuncts(filter)
  return new Map(parts.flatMap((part) => (part.kind === 'eq' ? [[part.path.join('/').toLowerCase(), part.value]] : [])))
}

const MOST_KEYS = 8

/** One key of an `$orderby`. */
export interface OrderByKey {
  readonly path: PropertyPath
  readonly descending: boolean
}

/** OData 4.01 URL Conventions §5.1.4: paths with `asc` or `desc`, separated by commas. Refuses `bad-syntax`. */
export function parseOrderBy(text: string): readonly OrderByKey[] {
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

/** Returns a property of the object, by its name in any letter case. */
type PropertyReader = (name: string) => unknown

/**
 * Whether an object matches the filter. Texts and property names are compared without letter case, as in Graph's
 * directory.
 */
export function matches(filter: ODataFilter, read: PropertyReader): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.all.every((part) => matches(part, read))
    case 'or':
      return filter.all.some((part) => matches(part, read))
    case 'not':
      return !matches(filter.filter, read)
    case 'in':
      return filter.values.some((value) => holds('eq', valueAt(read, filter.path), value))
    case 'any':
      return members(read, filter.path).some((member) => !filter.each || passes(filter.each, member, read))
    case 'all':
      return members(read, filter.path).every((member) => passes(filter.each, member, read))
    case 'startswith':
    case 'endswith':
    case 'contains':
      return inText[filter.kind](valueAt(read, filter.path), filter.text)
    default:
      return holds(filter.kind, castTo(filter.cast, valueAt(read, filter.path)), filter.value)
  }
}

/** The properties of a plain object. */
export const readerOf =
  (record: unknown): PropertyReader =>
  (name) =>
    propertyOf(record, name)

/** The order of two values; undefined if they cannot be compared. */
export function order(one: unknown, other: unknown): number | undefined {
  if (typeof one === 'string' && other instanceof Date) return order(Date.parse(one), other.getTime())
  if (typeof one === 'string' && typeof other === 'string') return ofSame(foldedText(one), foldedText(other))
  if (typeof one === 'number' && typeof other === 'number') return ofSame(one, other)
  if (typeof one === 'boolean' && typeof other === 'boolean') return ofSame(Number(one), Number(other))
  return (one ?? null) === null && other === null ? 0 : undefined
}

/** Undefined if the value has no such form. */
function castTo(type: EdmType | undefined, value: unknown): unknown {
  if (type === undefined || type === 'Edm.DateTimeOffset') return value
  if (type === 'Edm.String') return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value
  if (typeof value !== 'string') return value
  const text = value.trim().toLowerCase()
  if (type === 'Edm.Boolean') return text === 'true' ? true : text === 'false' ? false : undefined
  return /^[+-]?\d{1,19}(?:\.\d{1,15})?$/.test(text) ? Number(text) : undefined
}

const ofSame = <T extends string | number>(one: T, other: T): number | undefined => {
  if (one === other) return 0
  if (one < other) return -1
  return one > other ? 1 : undefined
}

/** OData 4.01 URL Conventions §5.1.1.1: values that cannot be compared are not equal, nor less, nor greater. */
const holds = (operator: ODataOperator, value: unknown, requested: Literal): boolean =>
  verdicts[operator](order(value, requested))

const verdicts: Readonly<Record<ODataOperator, (found: number | undefined) => boolean>> = {
  eq: (found) => found === 0,
  ne: (found) => found !== 0,
  gt: (found) => found === 1,
  ge: (found) => found === 0 || found === 1,
  lt: (found) => found === -1,
  le: (found) => found === 0 || found === -1,
}

const inText = {
  startswith: (value: unknown, text: string) =>
    typeof value === 'string' && foldedText(value).startsWith(foldedText(text)),
  endswith: (value: unknown, text: string) => typeof value === 'string' && foldedText(value).endsWith(foldedText(text)),
  contains: (value: unknown, text: string) => typeof value === 'string' && foldedText(value).includes(foldedText(text)),
}

const passes = ({ variable, filter }: Each, member: unknown, outer: PropertyReader): boolean =>
  matches(filter, (name) => (name === variable ? member : outer(name)))

function members(read: PropertyReader, path: PropertyPath): readonly unknown[] {
  const value = valueAt(read, path)
  return Array.isArray(value) ? value : []
}

/** Undefined if the path does not exist. */
export const valueAt = (read: PropertyReader, [first, ...inner]: PropertyPath): unknown =>
  inner.reduce<unknown>((value, name) => propertyOf(value, name), read(first))

function propertyOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  if (name === '$count') return Array.isArray(value) ? value.length : undefined
  if (Object.hasOwn(value, name)) return (value as Record<string, unknown>)[name]
  return Object.entries(value).find(([own]) => foldedText(own) === foldedText(name))?.[1]
}

const foldedText = (text: string): string => normalized(text, 'NFC').toLowerCase()
