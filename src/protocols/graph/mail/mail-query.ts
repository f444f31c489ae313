import { type ODataFilter, parseOrderBy, type OrderByKey } from '../../../codecs/odata/filter.ts'
import { parseFilter } from '../../../codecs/odata/parse-filter.ts'
import { optionValue, type SystemOption, systemOption } from '../../../codecs/odata/query-options.ts'
import {
  type ExpandedProperty,
  type ExpandOptions,
  parseExpand,
  parseSelect,
  type SelectedProperty,
} from '../../../codecs/odata/select-expand.ts'
import { refuse } from '../../../core/refusal.ts'

/** The system query options of a request, or of one item of `$expand` (OData 4.01 URL Conventions §5.1). */
export interface QueryOptions {
  /** As written, such as `microsoft.graph.fileAttachment/contentId`; undefined if there is no `$select`. */
  readonly select: readonly string[] | undefined
  readonly expand: readonly ExpandItem[]
  readonly filter: ODataFilter | undefined
  readonly orderBy: readonly OrderByKey[]
  readonly top: number | undefined
  readonly skip: number | undefined
  readonly count: boolean
  /** As written. */
  readonly search: string | undefined
  readonly skipToken: string | undefined
  readonly deltaToken: string | undefined
}

/** A navigation property to expand, and the options in its parentheses. */
export interface ExpandItem {
  /** As written. */
  readonly name: string
  readonly options: QueryOptions
}

const LONGEST = 16_384
/** Options of OData that Graph's mail does not have. */
const unsupported: ReadonlySet<SystemOption> = new Set(['$apply', '$compute', '$levels'])

/**
 * Reads the system query options of a request. Their names may be in any letter case, and without `$`. Other parameters
 * are ignored, as Graph ignores them. Refuses `bad-syntax` with the parameter's name as `detail.parameter`.
 */
export function readQueryOptions(query: URLSearchParams): QueryOptions {
  for (const name of query.keys()) checkName(name)
  const read = <T>(option: SystemOption, parse: (text: string) => T): T | undefined => {
    const text = optionValue(query, option)?.trim()
    if (text === undefined) return undefined
    return text.length > LONGEST ? refuseOption(`The query parameter '${option}' is too long.`, option) : parse(text)
  }
  const select = read('$select', parseSelect)
  return {
    select: select && namesOf(select),
    expand: (read('$expand', parseExpand) ?? []).map(expandItem),
    filter: read('$filter', parseFilter),
    orderBy: read('$orderby', parseOrderBy) ?? [],
    top: read('$top', (text) => numberFrom(text, '$top')),
    skip: read('$skip', (text) => numberFrom(text, '$skip')),
    count: read('$count', (text) => text.toLowerCase() === 'true') ?? false,
    search: read('$search', (text) => text),
    skipToken: read('$skiptoken', (text) => text),
    deltaToken: read('$deltatoken', (text) => text),
  }
}

function checkName(name: string): void {
  const option = systemOption(name)
  if (option === undefined ? name.startsWith('$') : unsupported.has(option)) {
    refuseOption(`The query parameter '${name.slice(0, 64)}' is not supported.`, name)
  }
}

function numberFrom(text: string, option: SystemOption): number {
  if (/^\d{1,9}$/.test(text)) return Number(text)
  return refuseOption(
    `Invalid value '${text.slice(0, 20)}' for ${option} query option found. The ${option} query option requires a non-negative integer value.`,
    option,
  )
}

const expandItem = ({ options, ...property }: ExpandedProperty): ExpandItem => ({
  name: nameOf(property),
  options: optionsFrom(options),
})

const optionsFrom = ({ select, expand, filter, orderBy, top, skip, count }: ExpandOptions): QueryOptions => ({
  select: select && namesOf(select),
  expand: (expand ?? []).map(expandItem),
  filter,
  orderBy: orderBy ?? [],
  top,
  skip,
  count: count ?? false,
  search: undefined,
  skipToken: undefined,
  deltaToken: undefined,
})

/** Undefined for all properties. */
function namesOf(selected: readonly SelectedProperty[]): readonly string[] | undefined {
  const names = selected.map(nameOf)
  return names.length === 0 || names.includes('*') ? undefined : names
}

const nameOf = ({ path, type }: SelectedProperty): string => [...(type === undefined ? [] : [type]), ...path].join('/')

function refuseOption(text: string, parameter: string): never {
  return refuse('bad-syntax', text, { parameter: `$${parameter.replace(/^\$/, '').slice(0, 64)}` })
}
