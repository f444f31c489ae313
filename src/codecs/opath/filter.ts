/** What a property is compared with: `$true` is the text `True`, as Exchange writes it, and `$null` is null. */
export type Operand = string | null

export type Operator = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le' | 'like' | 'notlike'

/** An OPATH filter, read. */
export type Filter =
  | { readonly kind: 'and' | 'or'; readonly all: readonly Filter[] }
  | { readonly kind: 'not'; readonly inner: Filter }
  | {
      readonly kind: 'comparison'
      readonly property: string
      readonly operator: Operator
      readonly operand: Operand
    }

/** Every property that a filter looks at, as it is spelled there. */
export function propertiesOf(filter: Filter): readonly string[] {
  if (filter.kind === 'comparison') return [filter.property]
  return filter.kind === 'not' ? propertiesOf(filter.inner) : filter.all.flatMap(propertiesOf)
}
