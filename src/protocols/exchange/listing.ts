import { yieldToEventLoop } from '../../core/concurrency.ts'
import { checkOperands, passing, propertiesOf } from '../../codecs/opath/filter.ts'
import { parseFilter } from '../../codecs/opath/parse-filter.ts'
import type { Output, PropertyValue } from './objects/output.ts'
import { wrongParameters } from './failure.ts'

/** A sequence that makes an item when it is read. An array is one. */
export interface Listing<T> {
  readonly length: number
  slice(from: number, to: number): readonly T[] | Promise<readonly T[]>
}

/** The parameters by which a `Get-` cmdlet filters and sorts. */
interface Narrowing {
  readonly Filter?: string
  readonly SortBy?: string
}

type OutputsOf<T> = (things: readonly T[]) => readonly Output[] | Promise<readonly Output[]>

/** How many objects are made and looked at before others have their turn. */
const CHUNK = 1000

/**
 * The objects of the things that fit `-Filter`, in the order of `-SortBy`. Refuses a property that they do not have.
 * However many there are, no more objects are held at once than a page or a chunk has.
 */
export async function listing<T>(
  things: Listing<T>,
  outputsOf: OutputsOf<T>,
  { Filter, SortBy }: Narrowing,
): Promise<Listing<Output>> {
  const plain = Filter === undefined && SortBy === undefined
  const chosen = plain ? things : await narrowed(things, outputsOf, { filter: Filter, sortBy: SortBy })
  return {
    length: chosen.length,
    slice: async (from, to) => outputsOf(await chosen.slice(from, to)),
  }
}

/** Every one of them, while others have their turns. */
export async function allOf<T>(things: Listing<T>): Promise<readonly T[]> {
  const all: T[] = []
  for await (const some of chunksOf(things)) all.push(...some)
  return all
}

/** Some of them at a time, with a turn for others behind each. */
export async function* chunksOf<T>(things: Listing<T>): AsyncGenerator<readonly T[]> {
  for (let at = 0; at < things.length; at += CHUNK) {
    yield await things.slice(at, at + CHUNK)
    await yieldToEventLoop()
  }
}

/** Those that fit, looked at some at a time, so that no more are held than fit. */
export async function those<T>(things: Listing<T>, fits: (thing: T) => boolean): Promise<readonly T[]> {
  const found: T[] = []
  for await (const some of chunksOf(things)) found.push(...some.filter(fits))
  return found
}

/** One behind the other. */
export const joined = <T>(first: Listing<T>, second: Listing<T>): Listing<T> => ({
  length: first.length + second.length,
  slice: async (from, to) => [
    ...(from < first.length ? await first.slice(from, Math.min(to, first.length)) : []),
    ...(to > first.length ? await second.slice(Math.max(0, from - first.length), to - first.length) : []),
  ],
})

interface ListingRequest {
  readonly filter: string | undefined
  readonly sortBy: string | undefined
}

async function narrowed<T>(
  things: Listing<T>,
  outputsOf: OutputsOf<T>,
  { filter, sortBy }: ListingRequest,
): Promise<readonly T[]> {
  const parsed = filter === undefined ? undefined : parseFilter(filter)
  const passes = parsed && passing(parsed)
  const named = [...(parsed ? propertiesOf(parsed) : []), ...(sortBy === undefined ? [] : [sortBy])]
  let names: ReadonlyMap<string, string> = new Map()
  const kept: { readonly thing: T; readonly key: PropertyValue }[] = []
  for await (const some of chunksOf(things)) {
    const outputs = await outputsOf(some)
    if (names.size === 0 && outputs[0]) names = namesIn(outputs[0], named)
    for (const [which, output] of outputs.entries()) {
      const valueOf = (property: string): PropertyValue => output[names.get(property)!] ?? null
      if (parsed) checkOperands(parsed, valueOf, { parameter: 'Filter' })
      if (passes && !passes(valueOf)) continue
      kept.push({ thing: some[which]!, key: sortBy === undefined ? null : valueOf(sortBy) })
    }
  }
  if (sortBy !== undefined) kept.sort((one, other) => compared(one.key, other.key))
  return kept.map(({ thing }) => thing)
}

/** The properties as the objects spell them. */
function namesIn(output: Output, named: readonly string[]): ReadonlyMap<string, string> {
  const spelled = new Map(Object.keys(output).map((name) => [name.toLowerCase(), name]))
  return new Map(
    named.map((name) => [
      name,
      spelled.get(name.toLowerCase()) ?? wrongParameters(`'${name}' is no property that can be filtered or sorted by.`),
    ]),
  )
}

const order = new Intl.Collator('en', { sensitivity: 'base', numeric: true })

const compared = (one: PropertyValue, other: PropertyValue): number =>
  one instanceof Date && other instanceof Date
    ? one.getTime() - other.getTime()
    : order.compare(String(one ?? ''), String(other ?? ''))
