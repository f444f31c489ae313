import { matches } from '../../codecs/opath/evaluate.ts'
import { propertiesOf } from '../../codecs/opath/filter.ts'
import { parseFilter } from '../../codecs/opath/parse-filter.ts'
import type { Output, PropertyValue } from './objects/output.ts'
import { wrongParameters } from './refusals.ts'

/** The objects that fit `-Filter`, in the order of `-SortBy`. Refuses a property that they do not have. */
export function narrowed(outputs: readonly Output[], given: { Filter?: string; SortBy?: string }): readonly Output[] {
  const fitting = given.Filter === undefined ? outputs : filtered(outputs, given.Filter)
  return given.SortBy === undefined ? fitting : sorted(fitting, nameIn(outputs, given.SortBy))
}

function filtered(outputs: readonly Output[], text: string): readonly Output[] {
  const filter = parseFilter(text)
  const names = new Map(propertiesOf(filter).map((name) => [name, nameIn(outputs, name)]))
  return outputs.filter((output) => matches(filter, (property) => output[names.get(property)!] ?? null))
}

const sorted = (outputs: readonly Output[], name: string): readonly Output[] =>
  outputs.toSorted((one, other) => compared(one[name] ?? null, other[name] ?? null))

/** The property as the objects spell it; where there are no objects, any will do. */
function nameIn([first]: readonly Output[], named: string): string {
  if (!first) return named
  const found = Object.keys(first).find((name) => name.toLowerCase() === named.toLowerCase())
  return found ?? wrongParameters(`'${named}' is no property that can be filtered or sorted by.`)
}

const order = new Intl.Collator('en', { sensitivity: 'base', numeric: true })

const compared = (one: PropertyValue, other: PropertyValue): number =>
  one instanceof Date && other instanceof Date
    ? one.getTime() - other.getTime()
    : order.compare(String(one ?? ''), String(other ?? ''))
