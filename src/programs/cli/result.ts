import { changes, type Cmdlet } from '../../cmdlets/cmdlet.ts'
import { csv } from './csv.ts'
import type { Invocation } from './invocation.ts'
import { plain } from './plain.ts'
import { columns, properties } from './table.ts'
import { jsonText } from './json.ts'

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
  if (!first) return
  const named = values.Property as readonly string[] | undefined
  // Properties may be named in any case: what was answered says how they are written.
  const written = new Map(Object.keys(first).map((name) => [name.toLowerCase(), name]))
  const names = named?.flatMap((name) => written.get(name.toLowerCase()) ?? []) ?? cmdlet.columns
  const text = single ? properties(names, first) : columns(names, results)
  streams.stdout.write(`${text}\n`)
}
