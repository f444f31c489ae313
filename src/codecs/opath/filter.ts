/** An operand of a comparison: `$true` is the text `True`, as Exchange writes it, and `$null` is null. */
export type Operand = string | null

export type OpathOperator = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le' | 'like' | 'notlike'

/** A parsed OPATH filter. */
export type OpathFilter =
  | { readonly kind: 'and' | 'or'; readonly all: readonly OpathFilter[] }
  | { readonly kind: 'not'; readonly inner: OpathFilter }
  | Comparison

interface Comparison {
  readonly kind: 'comparison'
  readonly property: string
  readonly operator: OpathOperator
  readonly operand: Operand
}

/** All properties that a filter uses, as they are written there. */
export const propertiesOf = (filter: OpathFilter): readonly string[] =>
  comparisonsIn(filter).map(({ property }) => property)

export function comparisonsIn(filter: OpathFilter): readonly Comparison[] {
  if (filter.kind === 'comparison') return [filter]
  return filter.kind === 'not' ? comparisonsIn(filter.inner) : filter.all.flatMap(comparisonsIn)
}
