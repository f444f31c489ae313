import { refuse } from '../../../core/refusal.ts'
import { type ODataFilter, parseOrderBy, type OrderByKey } from '../../../codecs/odata/filter.ts'
import { parseFilter } from '../../../codecs/odata/parse-filter.ts'

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

/** The system query options, in lower case. Programs also write them without the `$`. */
const known = [
  'select',
  'expand',
  'filter',
  'orderby',
  'top',
  'skip',
  'count',
  'search',
  'skiptoken',
  'deltatoken',
  'format',
] as const
type OptionName = (typeof known)[number]

const LONGEST = 16_384
const MOST_NAMES = 400
const DEEPEST_EXPAND = 5

/**
 * Reads the system query options of a request. Their names may be in any letter case, and without `$`. Other parameters
 * are ignored, as Graph ignores them. Refuses `bad-syntax` with the parameter's name as `detail.parameter`.
 */
export function readQueryOptions(query: URLSearchParams): QueryOptions {
  const values = new Map<OptionName, string>()
  for (const [name, value] of query) addOption(values, name, value)
  return optionsFrom(values, 0)
}

function addOption(values: Map<OptionName, string>, written: string, value: string): void {
  const name = written.replace(/^\$/, '').toLowerCase() as OptionName
  if (!known.includes(name)) {
    if (written.startsWith('$'))
      refuseOption(`The query parameter '${written.slice(0, 64)}' is not supported.`, written)
    return
  }
  if (value.length > LONGEST) refuseOption(`The query parameter '$${name}' is too long.`, name)
  if (values.has(name))
    refuseOption(`Query option '$${name}' was specified more than once, but it must be specified at most once.`, name)
  if (value.trim() !== '') values.set(name, value.trim())
}

function optionsFrom(values: ReadonlyMap<OptionName, string>, depth: number): QueryOptions {
  const filter = values.get('filter')
  const orderBy = values.get('orderby')
  return {
    select: selectFrom(values.get('select')),
    expand: expandFrom(values.get('expand'), depth),
    filter: filter === undefined ? undefined : parseFilter(filter),
    orderBy: orderBy === undefined ? [] : parseOrderBy(orderBy),
    top: numberFrom(values.get('top'), 'top'),
    skip: numberFrom(values.get('skip'), 'skip'),
    count: values.get('count')?.toLowerCase() === 'true',
    search: values.get('search'),
    skipToken: values.get('skiptoken'),
    deltaToken: values.get('deltatoken'),
  }
}

function selectFrom(text: string | undefined): readonly string[] | undefined {
  if (text === undefined) return undefined
  const names = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  if (names.length > MOST_NAMES) refuseOption(`Parsing OData Select and Expand failed: Too many names.`, 'select')
  return names.length === 0 || names.includes('*') ? undefined : names
}

function numberFrom(text: string | undefined, name: 'top' | 'skip'): number | undefined {
  if (text === undefined) return undefined
  if (/^\d{1,9}$/.test(text)) return Number(text)
  return refuseOption(
    `Invalid value '${text.slice(0, 20)}' for $${name} query option found. The $${name} query option requires a non-negative integer value.`,
    name,
  )
}

function expandFrom(text: string | undefined, depth: number): readonly ExpandItem[] {
  if (text === undefined) return []
  if (depth >= DEEPEST_EXPAND)
    refuseOption('Parsing OData Select and Expand failed: The expansion is too deep.', 'expand')
  const items = split(text, ',')
  if (items.length > MOST_NAMES) refuseOption('Parsing OData Select and Expand failed: Too many names.', 'expand')
  return items.map((item) => expandItem(item, depth))
}

function expandItem(item: string, depth: number): ExpandItem {
  const open = item.indexOf('(')
  if (open < 0) return { name: item, options: optionsFrom(new Map(), depth + 1) }
  if (!item.endsWith(')')) refuseBrackets()
  const values = new Map<OptionName, string>()
  for (const option of split(item.slice(open + 1, -1), ';')) {
    const equals = option.indexOf('=')
    if (equals < 0)
      refuseOption(`Parsing OData Select and Expand failed: Syntax error in '${option.slice(0, 100)}'.`, 'expand')
    const name = option.slice(0, equals).trim()
    addOption(values, name.startsWith('$') ? name : `$${name}`, option.slice(equals + 1))
  }
  return { name: item.slice(0, open).trim(), options: optionsFrom(values, depth + 1) }
}

/** Splits at a separator outside of quotes and parentheses. Empty parts are left out. */
function split(text: string, separator: ',' | ';'): readonly string[] {
  const parts: string[] = []
  let [depth, quoted, from] = [0, false, 0]
  for (let at = 0; at < text.length; at++) {
    const char = text[at]
    if (char === "'") quoted = !quoted
    else if (quoted) continue
    else if (char === '(') depth++
    else if (char === ')') depth--
    else if (char === separator && depth === 0) {
      parts.push(text.slice(from, at))
      from = at + 1
    }
    if (depth < 0) refuseBrackets()
  }
  if (depth !== 0 || quoted) refuseBrackets()
  parts.push(text.slice(from))
  return parts.map((part) => part.trim()).filter((part) => part !== '')
}

const refuseBrackets = (): never =>
  refuseOption('Parsing OData Select and Expand failed: Found an unbalanced bracket expression.', 'expand')

function refuseOption(text: string, parameter: string): never {
  return refuse('bad-syntax', text, { parameter: `$${parameter.replace(/^\$/, '')}` })
}
