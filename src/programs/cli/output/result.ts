import { changes, type Cmdlet } from '../../../cmdlets/cmdlet.ts'
import type { Invocation } from '../options.ts'
import { runnableHere } from '../program-name.ts'
import { columns, jsonText, printable, properties } from './table.ts'
import { styleFor, widthOf } from './terminal.ts'

type Result = Readonly<Record<string, unknown>>

/** Prints the objects of a cmdlet with every property, for a spreadsheet. */
export function printCsv({ streams }: Invocation, _: Cmdlet, { objects }: { objects: readonly object[] }): void {
  if (objects.length > 0) streams.stdout.write(csv(objects.map(plain) as Result[]))
}

/**
 * Prints the objects of a cmdlet: a table or a list for people. As JSON, a `Get-` that names one object and a cmdlet
 * that changes one print an object, and every other `Get-` prints an array.
 */
export function printResult(
  invocation: Invocation,
  cmdlet: Cmdlet,
  { objects, values }: { objects: readonly object[]; values: Readonly<Record<string, unknown>> },
  nothing = outcome(invocation, cmdlet, values),
): void {
  const { json, streams, env } = invocation
  const results = objects.map(plain) as Result[]
  const single = changes(cmdlet)
    ? results.length === 1
    : cmdlet.names !== undefined && values[cmdlet.names] !== undefined
  if (json) {
    const empty = results.length === 0 && (single || changes(cmdlet))
    if (!empty) streams.stdout.write(`${jsonText(single ? results[0] : results, 2)}\n`)
    return
  }
  const [first] = results
  if (!first) return void streams.stderr.write(`${nothing}\n`)
  const width = widthOf(invocation)
  if (wantsWhole(values)) {
    streams.stdout.write(`${results.map((result) => properties(Object.keys(result), result, width)).join('\n\n')}\n`)
    return
  }
  const names = namesOf(cmdlet, first, values)
  if (single) return void streams.stdout.write(`${properties(names, first, width)}\n`)
  const [headings, ...lines] = columns(names, results, width).split('\n')
  // A list of properties has no line of headings.
  const shown = lines[0]?.startsWith('-') ? styleFor(streams.stdout, env)('bold', headings!) : headings!
  streams.stdout.write(`${[shown, ...lines].join('\n')}\n`)
}

/** The line on standard error if there is no object to print: no results, or what was done and how to undo it. */
function outcome(invocation: Invocation, cmdlet: Cmdlet, values: Readonly<Record<string, unknown>>): string {
  if (!changes(cmdlet)) return `${cmdlet.name}: no results.`
  const undo = cmdlet.undo?.(values)
  const how = undo === undefined ? '' : `\nTo undo: ${printable(runnableHere(undo, invocation))}`
  return `${cmdlet.name}${target(cmdlet, values)}${details(cmdlet, values)}: done.${how}`
}

/** The values that were removed from the target, such as the user and the rights of a permission. */
function details({ name, parameters }: Cmdlet, values: Readonly<Record<string, unknown>>): string {
  if (!/^(Remove|Disable)-/.test(name)) return ''
  const further = Object.entries(parameters)
    .filter(([parameter, { position }]) => position !== 0 && isNamed(values[parameter]))
    .map(([parameter]) => `${parameter} ${printable([values[parameter]].flat().join(', '))}`)
  return further.length === 0 ? '' : ` (${further.join('; ')})`
}

const isNamed = (value: unknown): boolean => typeof value === 'string' || (Array.isArray(value) && value.length > 0)

/** The object that a cmdlet acts on, for messages: the value of its first positional parameter. */
export function target({ parameters }: Cmdlet, values: Readonly<Record<string, unknown>>): string {
  const first = Object.entries(parameters).find(([, { position }]) => position === 0)?.[0]
  const value = first === undefined ? undefined : values[first]
  return typeof value === 'string' ? ` ${printable(value)}` : ''
}

/** Whether sets of properties, or all of them, were requested: these are printed as a list. */
const wantsWhole = ({ PropertySets, Properties }: Readonly<Record<string, unknown>>): boolean =>
  PropertySets !== undefined || (Array.isArray(Properties) && Properties.includes('*'))

/**
 * The properties to print: those of `-Property`, or the columns and those of `-Properties`, spelled as in the result.
 */
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
  // Anyone can choose a name, and a spreadsheet reads a cell that begins like this as a formula.
  const harmless = /^[=+\-@＝＋－＠\t\r\n]/.test(text) && typeof value !== 'number' ? `'${text}` : text
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return value.map(textOf).join('; ')
  return value === null || value === undefined ? '' : JSON.stringify(value)
}

/** A value without the annotations of the transport: `@odata.…`, `Name@odata.type` and `Name@data.type`. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !name.includes('@'))
      .map(([name, inner]) => [name, plain(inner)]),
  )
}
