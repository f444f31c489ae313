import type { Filter, Operand, Operator } from './filter.ts'

/** What a property may hold; of a list, one that fits is enough. */
export type Value = string | number | boolean | null | Date | readonly string[]

/** Whether an object passes, whose properties `valueOf` finds. Texts are compared without regard to letter case. */
export function matches(filter: Filter, valueOf: (property: string) => Value): boolean {
  const passes = (part: Filter): boolean => matches(part, valueOf)
  if (filter.kind === 'comparison') return comparisons[filter.operator](valueOf(filter.property), filter.operand)
  if (filter.kind === 'not') return !passes(filter.inner)
  return filter.kind === 'and' ? filter.all.every(passes) : filter.all.some(passes)
}

type Comparison = (value: Value, operand: Operand) => boolean

const equal: Comparison = (value, operand) =>
  operand === null
    ? isNothing(value)
    : textsOf(value).some((text) => text === fold(operand) || sameTime(value, operand))

const like: Comparison = (value, operand) =>
  operand === null ? isNothing(value) : textsOf(value).some((text) => fits(text, fold(operand)))

const comparisons: Readonly<Record<Operator, Comparison>> = {
  eq: equal,
  ne: (value, operand) => !equal(value, operand),
  like,
  notlike: (value, operand) => !like(value, operand),
}

const isNothing = (value: Value): boolean => value === null || value === '' || (Array.isArray(value) && !value.length)

const textsOf = (value: Value): readonly string[] =>
  value === null
    ? []
    : Array.isArray(value)
      ? value.map(fold)
      : [fold(value instanceof Date ? value.toISOString() : String(value))]

const sameTime = (value: Value, operand: string): boolean =>
  value instanceof Date && value.getTime() === Date.parse(operand)

const fold = (text: string): string => text.normalize('NFC').toLowerCase()

/** Whether a text fits a pattern in which `*` is anything: each piece is sought behind the one before it. */
function fits(text: string, pattern: string): boolean {
  const [first, ...others] = pattern.split('*')
  const end = others.pop()
  if (end === undefined) return text === first
  if (!text.startsWith(first!) || text.length < first!.length + end.length || !text.endsWith(end)) return false
  const last = text.length - end.length
  let at = first!.length
  for (const piece of others) {
    const found = text.indexOf(piece, at)
    if (found < 0) return false
    at = found + piece.length
  }
  return at <= last
}
