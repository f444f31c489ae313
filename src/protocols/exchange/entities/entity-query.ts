import { matches, readerOf } from '../../../codecs/odata/evaluate.ts'
import { pathsOf } from '../../../codecs/odata/filter.ts'
import { parseFilter } from '../../../codecs/odata/parse-filter.ts'
import { propertySets } from '../../../cmdlets/exo/property-sets.ts'
import type { HttpRequest } from '../../../core/http.ts'
import { selectedBy } from '../invoke-command.ts'
import { allOf, type Listing } from '../listing.ts'
import { chosenMembers } from '../objects/output.ts'
import { wrongParameters } from '../refusals.ts'

/** Objects as they go out, with their annotations. */
export type Records = readonly Readonly<Record<string, unknown>>[]
export type RecordListing = Listing<Records[number]>

const options: ReadonlySet<string> = new Set(['$filter', '$select', '$top', '$count', '$skiptoken', '$format'])

/** Those that `$filter` lets through, no more than `$top`; `count`, where `$count` asks, is of all that pass. */
export async function narrowedEntities(
  request: HttpRequest,
  records: RecordListing,
): Promise<{ entities: RecordListing; count?: number }> {
  const { query } = request
  for (const [name] of query) {
    if (name.startsWith('$') && !options.has(name)) {
      wrongParameters(`The query option '${name.slice(0, 64)}' is not supported here.`)
    }
  }
  const filter = query.get('$filter')
  const passing = filter === null ? records : filtered(await allOf(records), filter)
  const length = Math.min(passing.length, mostOf(query.get('$top')))
  const counts = query.get('$count')?.toLowerCase() === 'true'
  const entities = { length, slice: (from: number, to: number) => passing.slice(from, Math.min(to, length)) }
  return { entities, ...(counts && { count: passing.length }) }
}

/** With the members that `$select` names, or the sets that `PropertySets` does; or all. */
export const selectedIn = (request: HttpRequest, records: Records, set: string): Records => {
  const selected = selectedBy(request) ?? setsIn(request, set)
  return selected ? records.map((record) => chosenMembers(record, selected)) : records
}

/** contract/exchange-admin §9.5: as the module asks for them. */
function setsIn({ query }: HttpRequest, of: string): readonly string[] | undefined {
  const wanted =
    query
      .get('PropertySets')
      ?.split(',')
      .map((name) => name.trim().toLowerCase()) ?? []
  if (wanted.length === 0 || wanted.includes('all') || !isOf(of)) return undefined
  return Object.entries(propertySets[of]).flatMap(([name, members]) =>
    wanted.includes(name.toLowerCase()) ? members : [],
  )
}

const isOf = (name: string): name is keyof typeof propertySets => Object.hasOwn(propertySets, name)

function filtered(records: Records, text: string): Records {
  const filter = parseFilter(text)
  const [first] = records
  const known = new Set(Object.keys(first ?? {}).map((name) => name.toLowerCase()))
  for (const [name] of first ? pathsOf(filter) : []) {
    if (!known.has(name.toLowerCase())) wrongParameters(`'${name.slice(0, 128)}' is no property to filter by.`)
  }
  return records.filter((record) => matches(filter, readerOf(record)))
}

function mostOf(top: string | null): number {
  if (top === null) return Number.POSITIVE_INFINITY
  return /^\d{1,9}$/.test(top) ? Number(top) : wrongParameters(`$top is a whole number, and not '${top.slice(0, 20)}'.`)
}
