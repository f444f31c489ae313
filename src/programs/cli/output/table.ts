import Table from 'cli-table3'
import { widthOfText } from './terminal.ts'

type Objects = readonly Readonly<Record<string, unknown>>[]

/** Spaces between columns. */
const GAP = 2
/** A column with text is not made narrower than this. */
const NARROWEST = 16

/**
 * Aligned columns under their names. If they are wider than `width`, text is wrapped; if that is not enough, each
 * object is a list of the properties that have a value. Nothing is cut off.
 *
 * A name is a property, or a path `whole/part`, or `Heading=path|path…`: the first path with a value.
 */
export function columns(names: readonly string[], objects: Objects, width = Infinity): string {
  const rows = objects.map((object) => names.map((name) => shown(valueOf(object, name))))
  const headings = names.map(headingOf)
  const widths = fitted(
    names.map((_, at) => [headings[at]!, ...rows.map((row) => row[at]!)]),
    width,
  )
  if (!widths) {
    const withValue = (object: Objects[number]) => names.filter((name) => shown(valueOf(object, name)) !== '')
    return objects.map((object) => properties(withValue(object), object, width)).join('\n\n')
  }
  const table = bare(widths)
  table.push(
    headings,
    headings.map((heading) => '-'.repeat(heading.length)),
  )
  table.push(...rows)
  return trimmed(table.toString())
}

/** One line a property, for a single object. */
export function properties(names: readonly string[], object: Objects[number], width = Infinity): string {
  const rows = names.map((name) => [headingOf(name), `: ${shown(valueOf(object, name))}`])
  const table = bare(
    fitted(
      [0, 1].map((at) => rows.map((row) => row[at]!)),
      width,
    ) ?? [],
  )
  table.push(...rows)
  return trimmed(table.toString())
}

/** The width of each column if text has to be wrapped, else an empty list; undefined if the columns do not fit. */
function fitted(cells: readonly (readonly string[])[], width: number): number[] | undefined {
  const widths = cells.map((column) => Math.max(...column.map(widthOfText)))
  const least = cells.map((column, at) => {
    if (!column.some((text) => text.includes(' '))) return widths[at]!
    // The colon of a list stays with the first word.
    const words = column.flatMap((text) => text.match(/^: \S*|\S+/g) ?? []).map(widthOfText)
    return Math.min(widths[at]!, Math.max(NARROWEST, ...words))
  })
  let excess = sum(widths) + GAP * (widths.length - 1) - width
  if (excess <= 0) return []
  while (excess > 0) {
    const [slack, at] = widths
      .map((it, column) => [it - least[column]!, column] as const)
      .reduce((one, other) => (other[0] > one[0] ? other : one))
    if (slack <= 0) return undefined
    widths[at]! -= 1
    excess -= 1
  }
  return widths
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, it) => total + it, 0)

const bare = (widths: readonly number[]) => {
  const none = ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right']
  const inner = ['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle']
  return new Table({
    chars: Object.fromEntries([...none, ...inner].map((name) => [name, ''])),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': GAP },
    ...(widths.length > 0 && { colWidths: widths.map((it) => it + GAP), wordWrap: true }),
  })
}

/** A part of a property is shown under the name of the whole. */
function headingOf(name: string): string {
  const [whole = ''] = name.split(/[=/]/)
  return whole.charAt(0).toUpperCase() + whole.slice(1)
}

const valueOf = (object: Objects[number], name: string): unknown =>
  name
    .replace(/^\w+=/, '')
    .split('|')
    .map((path) => valueAt(object, path))
    .find((value) => value !== undefined && value !== null && value !== '')

const valueAt = (object: Objects[number], path: string): unknown =>
  path.split('/').reduce<unknown>((inner, part) => {
    const whole = typeof inner === 'string' ? parsed(inner) : inner
    if (Array.isArray(whole) && !Object.hasOwn(whole, part)) return named(whole, part)
    return isObject(whole) && Object.hasOwn(whole, part) ? whole[part] : undefined
  }, object)

/** The value of an entry in a list of `{Name, Value}`. */
const named = (entries: readonly unknown[], name: string): unknown =>
  entries.filter(isObject).find((entry) => entry.Name === name)?.Value

/** Some properties are JSON in a string, such as AuditData. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const isObject = (value: unknown): value is Objects[number] => typeof value === 'object' && value !== null

function shown(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (Array.isArray(value)) return value.map(shown).join(', ')
  return printable(typeof value === 'string' ? shownDate(value) : JSON.stringify(value))
}

const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(Z|[+-]\d\d:\d\d)?$/

/** Every date is printed in UTC and to the second: 2026-11-24T08:00:00Z. Other texts stay as they are. */
export function shownDate(text: string): string {
  const [whole, zone] = DATE_TIME.exec(text) ?? []
  const at = whole === undefined ? NaN : Date.parse(zone === undefined ? `${whole}Z` : whole)
  return Number.isNaN(at) ? text : `${new Date(at).toISOString().slice(0, 19)}Z`
}

/** Replaces control characters: no name moves the cursor, colours the screen or reverses what follows it. */
export const printable = (text: string): string => text.replace(/[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g, ' ')

const trimmed = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')

/** Characters that JSON does not escape, and that move the cursor or reverse a line. */
const UNSAFE = /[\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g

/** JSON for terminals and programs: such characters are escaped, and read back the same. */
export const jsonText = (value: unknown, indent?: number): string =>
  JSON.stringify(value, undefined, indent).replace(
    UNSAFE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
