/** What a property is compared with. GUIDs without quotes are texts too; dates without quotes are times. */
export type Literal = string | number | boolean | null | Date

/** Names of properties from the outside in: `passwordProfile/password`. */
export type PropertyPath = readonly [string, ...string[]]

export type Operator = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le'

export type TextFunction = 'startswith' | 'endswith' | 'contains'

/** A `$filter`, read. */
export type Filter =
  | { readonly kind: 'and' | 'or'; readonly all: readonly Filter[] }
  | { readonly kind: 'not'; readonly filter: Filter }
  | { readonly kind: Operator; readonly path: PropertyPath; readonly value: Literal }
  | { readonly kind: 'in'; readonly path: PropertyPath; readonly values: readonly Literal[] }
  | { readonly kind: TextFunction; readonly path: PropertyPath; readonly text: string }
  /** Of a collection's members, which the filter calls `variable`; without a filter: whether it has any. */
  | { readonly kind: 'any'; readonly path: PropertyPath; readonly each: Each | undefined }
  | { readonly kind: 'all'; readonly path: PropertyPath; readonly each: Each }

export interface Each {
  readonly variable: string
  readonly filter: Filter
}

/** Every property of the record itself that a filter looks at. */
export function pathsOf(filter: Filter): readonly PropertyPath[] {
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

/** What every record that passes has to equal: property (in lower case) and text. */
export function demandedTexts(filter: Filter): ReadonlyMap<string, string> {
  if (filter.kind === 'and') return new Map(filter.all.flatMap((part) => [...demandedTexts(part)]))
  const demands = filter.kind === 'eq' && filter.path.length === 1 && typeof filter.value === 'string'
  return demands ? new Map([[filter.path[0].toLowerCase(), filter.value]]) : new Map()
}
