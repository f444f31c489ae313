import type { Filter, Operand, Operator } from './filter.ts'
import { momentIn } from './moment.ts'
import { normalized } from '../charset/normalize.ts'

/** What a property may hold; of a list, one that fits is enough. */
export type Value = string | number | boolean | null | Date | readonly string[]

type ValueOf = (property: string) => Value

/** Whether an object passes, whose properties `valueOf` finds. Texts are compared without regard to letter case. */
export const matches = (filter: Filter, valueOf: ValueOf): boolean => passing(filter)(valueOf)

/** The same for many objects: the filter is taken apart once. */
export function passing(filter: Filter): (valueOf: ValueOf) => boolean {
  if (filter.kind === 'comparison') {
    const fits = comparisons[filter.operator](filter.operand)
    return (valueOf) => fits(valueOf(filter.property))
  }
  if (filter.kind === 'not') {
    const inner = passing(filter.inner)
    return (valueOf) => !inner(valueOf)
  }
  const parts = filter.all.map(passing)
  return filter.kind === 'and'
    ? (valueOf) => parts.every((passes) => passes(valueOf))
    : (valueOf) => parts.some((passes) => passes(valueOf))
}

type Comparison = (operand: Operand) => (value: Value) => boolean

const equal: Comparison = (operand) => {
  if (operand === null) return isNothing
  const [wanted, moment] = [fold(operand), momentIn(operand)]
  return (value) =>
    (value instanceof Date && value.getTime() === moment) || textsOf(value).some((text) => text === wanted)
}

const like: Comparison = (operand) => {
  if (operand === null) return isNothing
  const pieces = fold(operand).split('*')
  return (value) => textsOf(value).some((text) => fits(text, pieces))
}

/** Dates and numbers by what they are, anything else as text; nothing is neither before nor after anything. */
const ordered =
  (holds: (sign: number) => boolean): Comparison =>
  (operand) => {
    if (operand === null) return () => false
    const [wanted, moment, number] = [fold(operand), momentIn(operand), Number(operand)]
    const signs = (value: Value): readonly number[] => {
      if (value instanceof Date) return [value.getTime() - moment]
      if (typeof value === 'number') return [value - number]
      return textsOf(value).map((text) => (text < wanted ? -1 : Number(text > wanted)))
    }
    return (value) => signs(value).some((sign) => holds(sign))
  }

const not =
  (comparison: Comparison): Comparison =>
  (operand) => {
    const holds = comparison(operand)
    return (value) => !holds(value)
  }

const comparisons: Readonly<Record<Operator, Comparison>> = {
  eq: equal,
  ne: not(equal),
  gt: ordered((sign) => sign > 0),
  ge: ordered((sign) => sign >= 0),
  lt: ordered((sign) => sign < 0),
  le: ordered((sign) => sign <= 0),
  like,
  notlike: not(like),
}

const isNothing = (value: Value): boolean => value === null || value === '' || (Array.isArray(value) && !value.length)

const textsOf = (value: Value): readonly string[] =>
  value === null
    ? []
    : Array.isArray(value)
      ? value.map(fold)
      : [fold(value instanceof Date ? value.toISOString() : String(value))]

const fold = (text: string): string => normalized(text, 'NFC').toLowerCase()

/** Whether a text is of a form whose pieces have anything between them: each is sought behind the one before it. */
function fits(text: string, pieces: readonly string[]): boolean {
  const [first, end] = [pieces[0]!, pieces.at(-1)!]
  if (pieces.length === 1) return text === first
  if (!text.startsWith(first) || text.length < first.length + end.length || !text.endsWith(end)) return false
  const last = text.length - end.length
  let at = first.length
  for (let which = 1; which < pieces.length - 1; which++) {
    const piece = pieces[which]!
    const found = text.indexOf(piece, at)
    if (found < 0) return false
    at = found + piece.length
  }
  return at <= last
}
