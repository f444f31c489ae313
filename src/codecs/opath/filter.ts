/** What a property is compared with: `$true` is the text `True`, as Exchange writes it, and `$null` is null. */
export type Operand = string | null

export type Operator = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le' | 'like' | 'notlike'

/** An OPATH filter, read. */
export type Filter =
  | { readonly kind: 'and' | 'or'; readonly all: readonly Filter[] }
  | { readonly kind: 'not'; readonly inner: Filter }
  | Comparison

interface Comparison {
  readonly kind: 'comparison'
  readonly property: string
  readonly operator: Operator
  readonly operand: Operand
}

/** Every property that a filter looks at, as it is spelled there. */
export const propertiesOf = (filter: Filter): readonly string[] => comparisonsIn(filter).map(({ property }) => property)

export function comparisonsIn(filter: Filter): readonly Comparison[] {
  if (filter.kind === 'comparison') return [filter]
  return filter.kind === 'not' ? comparisonsIn(filter.inner) : filter.all.flatMap(comparisonsIn)
}
