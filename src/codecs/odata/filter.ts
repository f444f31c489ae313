import { refuse } from '../../core/refusal.ts'

/** An operand of a comparison. A GUID without quotes is a text too; a date without quotes is a time. */
export type Literal = string | number | boolean | null | Date

/** Names of nested properties, the outer one first: `passwordProfile/password`. */
export type PropertyPath = readonly [string, ...string[]]

export type ODataOperator = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le'

export type TextFunction = 'startswith' | 'endswith' | 'contains'

/** A parsed `$filter`. */
export type ODataFilter =
  | { readonly kind: 'and' | 'or'; readonly all: readonly ODataFilter[] }
  | { readonly kind: 'not'; readonly filter: ODataFilter }
  | { readonly kind: ODataOperator; readonly path: PropertyPath; readonly value: Literal }
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
