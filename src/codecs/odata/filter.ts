import { refuse } from '../../core/refusal.ts'

/** What a property is compared with. GUIDs without quotes are texts too; dates without quotes are times. */
export type Literal = string | number | boolean | null | Date

/** Names of properties from the outside in: `passwordProfile/password`. */
export type PropertyPath = readonly [string, ...string[]]

export type ODataOperator = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le'

export type TextFunction = 'startswith' | 'endswith' | 'contains'

/** A `$filter`, read. */
export type ODataFilter =
  | { readonly kind: 'and' | 'or'; readonly all: readonly ODataFilter[] }
  | { readonly kind: 'not'; readonly filter: ODataFilter }
  | { readonly kind: ODataOperator; readonly path: PropertyPath; readonly value: Literal }
  | { readonly kind: 'in'; readonly path: PropertyPath; readonly values: readonly Literal[] }
  | { readonly kind: TextFunction; readonly path: PropertyPath; readonly text: string }
  /** Of a collection's members, which the filter calls `variable`; without a filter: whether it has any. */
  | { readonly kind: 'any'; readonly path: PropertyPath; readonly each: Each | undefined }
  | { readonly kind: 'all'; readonly path: PropertyPath; readonly each: Each }

export interface Each {
  readonly variable: string
  readonly filter: ODataFilter
}

/** Every property of the record itself that a filter looks at. */
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

/** The parts of a filter that have to be true together. */
export const conjuncts = (filter: ODataFilter): readonly ODataFilter[] =>
  filter.kind === 'and' ? filter.all.flatMap(conjuncts) : [filter]

/** What every record that passes has to equal: path (in lower case, with slashes) and value. */
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

/** OData 4.01 URL Conventions §5.1.4: paths with `asc` or `desc`, parted by commas. Refuses `bad-syntax`. */
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
