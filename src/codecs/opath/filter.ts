import { refuse } from '../../core/refusal.ts'
import { normalized } from '../charset/unicode-casemap.ts'

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

function comparisonsIn(filter: OpathFilter): readonly Comparison[] {
  if (filter.kind === 'comparison') return [filter]
  return filter.kind === 'not' ? comparisonsIn(filter.inner) : filter.all.flatMap(comparisonsIn)
}

/** The value of a property. A list matches if one of its members does. */
export type OpathValue = string | number | boolean | null | Date | readonly string[]

type ValueOf = (property: string) => OpathValue

/** The words that a date may contain besides numbers. V8 would accept any word. */
const words =
  /^(?:t|z|utc|gmt|am|pm|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*)$/i

/** Without a time zone the date is in UTC, as in Exchange. NaN for an invalid date. */
const momentIn = (text: string): number =>
  (text.match(/\p{L}+/gu) ?? []).every((word) => words.test(word))
    ? Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/i.test(text.slice(10)) ? text : `${text.replace('T', ' ')} UTC`)
    : Number.NaN

/** Whether an object matches. `valueOf` returns its properties. Texts are compared without letter case. */
export const matches = (filter: OpathFilter, valueOf: ValueOf): boolean => passing(filter)(valueOf)

/** Prepares a filter for many objects. */
export function passing(filter: OpathFilter): (valueOf: ValueOf) => boolean {
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

type ComparisonTest = (operand: Operand) => (value: OpathValue) => boolean

const equal: ComparisonTest = (operand) => {
  if (operand === null) return isNothing
  const [requested, moment] = [fold(operand), momentIn(operand)]
  return (value) =>
    (value instanceof Date && value.getTime() === moment) || textsOf(value).some((text) => text === requested)
}

const like: ComparisonTest = (operand) => {
  if (operand === null) return isNothing
  const pieces = fold(operand).split('*')
  return (value) => textsOf(value).some((text) => fits(text, pieces))
}

/** Compares dates and numbers by value, other values as text. A missing value is neither less nor greater. */
const ordered =
  (holds: (sign: number) => boolean): ComparisonTest =>
  (operand) => {
    if (operand === null) return () => false
    const [requested, moment, number] = [fold(operand), momentIn(operand), Number(operand)]
    const signs = (value: OpathValue): readonly number[] => {
      if (value instanceof Date) return [value.getTime() - moment]
      if (typeof value === 'number') return [value - number]
      return textsOf(value).map((text) => (text < requested ? -1 : Number(text > requested)))
    }
    return (value) => signs(value).some((sign) => holds(sign))
  }

const not =
  (comparison: ComparisonTest): ComparisonTest =>
  (operand) => {
    const holds = comparison(operand)
    return (value) => !holds(value)
  }

const comparisons: Readonly<Record<OpathOperator, ComparisonTest>> = {
  eq: equal,
  ne: not(equal),
  gt: ordered((sign) => sign > 0),
  ge: ordered((sign) => sign >= 0),
  lt: ordered((sign) => sign < 0),
  le: ordered((sign) => sign <= 0),
  like,
  notlike: not(like),
}

const isNothing = (value: OpathValue): boolean =>
  value === null || value === '' || (Array.isArray(value) && !value.length)

const textsOf = (value: OpathValue): readonly string[] =>
  value === null
    ? []
    : Array.isArray(value)
      ? value.map(fold)
      : [fold(value instanceof Date ? value.toISOString() : String(value))]

const fold = (text: string): string => normalized(text, 'NFC').toLowerCase()

/** Whether a text matches a pattern whose pieces may have any text between them. */
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

/** The types of properties for which not every text is valid. */
type Kind = 'boolean' | 'date' | 'number'

const kinds: Readonly<Record<Kind, { readonly called: string; readonly reads: (text: string) => boolean }>> = {
  boolean: { called: 'System.Boolean', reads: (text) => /^(?:true|false)$/i.test(text) },
  date: { called: 'System.DateTime', reads: (text) => !Number.isNaN(momentIn(text)) },
  number: { called: 'System.Int32', reads: (text) => text.trim() !== '' && !Number.isNaN(Number(text)) },
}

const kindOf = (value: OpathValue): Kind | undefined => {
  if (value instanceof Date) return 'date'
  return typeof value === 'boolean' || typeof value === 'number' ? (typeof value as Kind) : undefined
}

/**
 * Refuses `bad-syntax` if a property is compared with a value that it can never have: the comparison would match
 * nothing, and its opposite everything. `valueOf` returns a value of each property, of any object.
 */
export function checkOperands(
  filter: OpathFilter,
  valueOf: (property: string) => OpathValue,
  detail: Readonly<Record<string, string>>,
): void {
  for (const { property, operator, operand } of comparisonsIn(filter)) {
    const kind = kindOf(valueOf(property))
    if (kind === undefined || operand === null || operator === 'like' || operator === 'notlike') continue
    const { called, reads } = kinds[kind]
    if (!reads(operand))
      refuse('bad-syntax', `Cannot convert value "${operand.slice(0, 64)}" to type "${called}".`, detail)
  }
}
