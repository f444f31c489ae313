/** What a property is compared with. GUIDs and dates without quotes are texts too. */
export type Literal = string | number | boolean | null

/** Names of properties from the outside in: `passwordProfile/password`. */
export type PropertyPath = readonly [string, ...string[]]

/** A `$filter`, read. */
export type Filter =
  | { readonly kind: 'and'; readonly all: readonly Filter[] }
  | { readonly kind: 'eq'; readonly path: PropertyPath; readonly value: Literal }
  | { readonly kind: 'startswith'; readonly path: PropertyPath; readonly prefix: string }

/** Every property that a filter looks at. */
export const pathsOf = (filter: Filter): readonly PropertyPath[] =>
  filter.kind === 'and' ? filter.all.flatMap(pathsOf) : [filter.path]
