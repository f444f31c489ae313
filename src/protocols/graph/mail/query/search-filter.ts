import type { Kql, KqlTerm } from '../../../../codecs/kql/kql.ts'
import { type TimeSpan, timeSpanOf } from '../../../../codecs/kql/kql-dates.ts'
import { parseKql } from '../../../../codecs/kql/parse-kql.ts'
import type { ItemFilter, ItemText } from '../../../../domain/mail/items/types.ts'
import { badRequest } from '../../errors.ts'

/** Translates the KQL of `$search`. `now`: for names such as `today`. */
export function searchFilter(search: string, now: number): ItemFilter {
  const query = parseKql(searchText(search), new Set(Object.keys(restrictions)))
  return query === undefined ? badRequest('The search query is empty.') : filterOf(query, now)
}

/**
 * The KQL in `$search`, which stands in double quotes. Inside of them `\` precedes a quote. Without quotes, OData's
 * grammar allows only words.
 */
export function searchText(search: string): string {
  const text = search.trim()
  if (!text.startsWith('"')) {
    const stray = /[^\p{L}\p{N}\p{M}\s()"_*-]/u.exec(text)
    if (stray) refuseCharacter(stray[0], stray.index, text)
    return text
  }
  if (!/^"(?:[^"\\]|\\.)*"$/s.test(text)) {
    // Programs also send phrases in quotes that are not escaped.
    if (text.length > 1 && text.endsWith('"')) return text.slice(1, -1)
    badRequest(`There is an unterminated string literal at position ${text.length} in '${text.slice(0, 200)}'.`)
  }
  return text.slice(1, -1).replaceAll(/\\(["\\])/g, '$1')
}

const refuseCharacter = (character: string, at: number, text: string): never =>
  badRequest(`Syntax error: character '${character}' is not valid at position ${at} in '${text.slice(0, 200)}'.`)

function filterOf(query: Kql, now: number): ItemFilter {
  if (query.kind === 'not') return { is: 'not', of: filterOf(query.of, now) }
  if (query.kind !== 'term') return { is: query.kind, of: query.all.map((part) => filterOf(part, now)) }
  if (query.operator === '<>') return { is: 'not', of: filterOf({ ...query, operator: '=' }, now) }
  return restrictions[query.property ?? '']?.(query, now) ?? anywhere(query)
}

/** A word alone is looked for in the sender, the subject and the body. */
const anywhere = ({ value }: KqlTerm): ItemFilter =>
  either([textCondition('from', value), textCondition('subject', value), textCondition('body', value)])

const textCondition = (where: ItemText, text: string, how: 'contains' | 'equals' = 'contains'): ItemFilter => ({
  is: 'text',
  in: where,
  how,
  text,
})

const either = (of: readonly ItemFilter[]): ItemFilter => ({ is: 'or', of })

const nothing: ItemFilter = { is: 'not', of: { is: 'all' } }

type Restriction = (term: KqlTerm, now: number) => ItemFilter

/** The properties of KQL for messages. */
const restrictions: Readonly<Record<string, Restriction>> = {
  bcc: inFields('bcc'),
  body: ({ value }) => textCondition('body', value),
  category: ({ value }) => ({ is: 'category', value }),
  cc: inFields('cc'),
  from: ({ value, operator }) =>
    operator === '='
      ? either([textCondition('fromName', value, 'equals'), textCondition('fromAddress', value, 'equals')])
      : textCondition('from', value),
  hasattachment: (term) => ({ is: 'attachments', value: booleanOf(term) }),
  hasattachments: (term) => ({ is: 'attachments', value: booleanOf(term) }),
  importance: importanceIs,
  isread: (term) => ({ is: 'read', value: booleanOf(term) }),
  kind: ({ value }) => (/^e?mails?$/i.test(value) ? { is: 'all' } : nothing),
  participants: inFields('from', 'to', 'cc', 'bcc'),
  received: (term, now) => timeIs('received', term, now),
  recipients: inFields('to', 'cc', 'bcc'),
  sent: (term, now) => timeIs('sent', term, now),
  size: sizeIs,
  subject: ({ value, operator }) => textCondition('subject', value, operator === '=' ? 'equals' : 'contains'),
  to: inFields('to'),
}

function inFields(...names: readonly string[]): Restriction {
  return ({ value }) => {
    const all = names.map((name): ItemFilter => ({ is: 'search', query: { key: 'header', name, text: value } }))
    return all.length === 1 ? all[0]! : either(all)
  }
}

function importanceIs({ value }: KqlTerm): ItemFilter {
  const known = (['low', 'normal', 'high'] as const).find((own) => own === value.toLowerCase())
  return known === undefined ? nothing : { is: 'importance', value: known }
}

function booleanOf(term: KqlTerm): boolean {
  if (/^(?:true|yes|1)$/i.test(term.value)) return true
  return /^(?:false|no|0)$/i.test(term.value) ? false : refuseValue(term)
}

function timeIs(of: 'received' | 'sent', term: KqlTerm, now: number): ItemFilter {
  const first = timeSpanOf(term.value, now) ?? refuseValue(term)
  const last = term.until === undefined ? first : (timeSpanOf(term.until, now) ?? refuseValue(term))
  return { is: 'time', of, ...boundsOf(term, first, last) }
}

const UNITS: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 }

function sizeIs(term: KqlTerm): ItemFilter {
  const octetsOf = (text: string): TimeSpan => {
    const [, digits, unit] = /^(\d{1,12})([kmg]?)b?$/i.exec(text) ?? []
    if (digits === undefined || unit === undefined) return refuseValue(term)
    const from = Number(digits) * UNITS[unit.toLowerCase()]!
    return { from, before: from + 1 }
  }
  const first = octetsOf(term.value)
  const last = term.until === undefined ? first : octetsOf(term.until)
  return { is: 'octets', ...boundsOf(term, first, last) }
}

/** The bounds that an operator makes of a value, or of the two values of a range. */
function boundsOf({ operator }: KqlTerm, first: TimeSpan, last: TimeSpan): { from?: number; before?: number } {
  switch (operator) {
    case '<':
      return { before: first.from }
    case '<=':
      return { before: first.before }
    case '>':
      return { from: first.before }
    case '>=':
      return { from: first.from }
    default:
      return { from: first.from, before: last.before }
  }
}

const refuseValue = ({ property, value }: KqlTerm): never =>
  badRequest(`The value '${value.slice(0, 100)}' is not valid for the property '${property}' of a search query.`)
