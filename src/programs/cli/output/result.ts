import { changes, type Cmdlet } from '../../../cmdlets/cmdlet.ts'
import type { Invocation } from '../invocation.ts'
import { columns, jsonText, printable, properties } from './table.ts'

type Result = Readonly<Record<string, unknown>>

/** The same with every property, for a spreadsheet. */
export function printCsv({ streams }: Invocation, _: Cmdlet, { objects }: { objects: readonly object[] }): void {
  if (objects.length > 0) streams.stdout.write(csv(objects.map(plain) as Result[]))
}

/** Prints what a cmdlet put out: JSON by product.md's rules, or a table for people. */
export function printResult(
  { json, streams }: Invocation,
  cmdlet: Cmdlet,
  { objects, values }: { objects: readonly object[]; values: Readonly<Record<string, unknown>> },
  nothing = outcome(cmdlet, values),
): void {
  const results = objects.map(plain) as Result[]
  const single = changes(cmdlet)
    ? results.length === 1
    : cmdlet.names !== undefined && values[cmdlet.names] !== undefined
  if (json) {
    const nothing = results.length === 0 && (single || changes(cmdlet))
    if (!nothing) streams.stdout.write(`${jsonText(single ? results[0] : results, 2)}\n`)
    return
  }
  const [first] = results
  if (!first) return void streams.stderr.write(`${nothing}\n`)
  if (wantsWhole(values)) {
    streams.stdout.write(`${results.map((result) => properties(Object.keys(result), result)).join('\n\n')}\n`)
    return
  }
  const names = namesOf(cmdlet, first, values)
  const text = single ? properties(names, first) : columns(names, results)
  streams.stdout.write(`${text}\n`)
}

/** What standard error says when there is no object to print: that nothing was found, or what was done. */
function outcome(cmdlet: Cmdlet, values: Readonly<Record<string, unknown>>): string {
  if (!changes(cmdlet)) return `${cmdlet.name}: no results.`
  const undo = cmdlet.undo?.(values)
  return `${cmdlet.name}${target(cmdlet, values)}: done.${undo === undefined ? '' : `\nTo undo: ${printable(undo)}`}`
}

/** The object that a cmdlet acts on, for messages: the value of its first positional parameter. */
export function target({ parameters }: Cmdlet, values: Readonly<Record<string, unknown>>): string {
  const first = Object.entries(parameters).find(([, { position }]) => position === 0)?.[0]
  const value = first === undefined ? undefined : values[first]
  return typeof value === 'string' ? ` ${printable(value)}` : ''
}

/** Sets of properties, or all of them, are printed as a list. */
const wantsWhole = ({ PropertySets, Properties }: Readonly<Record<string, unknown>>): boolean =>
  PropertySets !== undefined || (Array.isArray(Properties) && Properties.includes('*'))

/** `-Property` names what is shown, `-Properties` what is shown besides; both in any case: what was answered says how they are written. */
function namesOf(cmdlet: Cmdlet, first: Result, values: Readonly<Record<string, unknown>>): readonly string[] {
  const written = new Map(Object.keys(first).map((name) => [name.toLowerCase(), name]))
  const asWritten = (names: readonly string[]) => names.flatMap((name) => written.get(name.toLowerCase()) ?? [])
  if (values.Property !== undefined) return asWritten(values.Property as readonly string[])
  return [...new Set([...cmdlet.columns, ...asWritten((values.Properties ?? []) as readonly string[])])]
}

type Objects = readonly Readonly<Record<string, unknown>>[]

/** RFC 4180, with every property that the objects have as a column. */
export function csv(objects: Objects): string {
  const names = [...new Set(objects.flatMap((object) => Object.keys(object)))]
  return [names, ...objects.map((object) => names.map((name) => object[name]))]
    .map((cells) => `${cells.map(cell).join(',')}\r\n`)
    .join('')
}

function cell(value: unknown): string {
  const text = textOf(value)
  // Names come from anybody, and a spreadsheet takes what begins so for a formula.
  const harmless = /^[=+\-@＝＋－＠\t\r\n]/.test(text) && typeof value !== 'number' ? `'${text}` : text
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return value.map(textOf).join('; ')
  return value === null || value === undefined ? '' : JSON.stringify(value)
}

/** A value without what the transport adds to it: `@odata.…`, and the annotations `Name@odata.type`, `Name@data.type`. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !name.includes('@'))
      .map(([name, inner]) => [name, plain(inner)]),
  )
}
