import assert from 'node:assert/strict'
import {
  type ExpandedProperty,
  parseExpand,
  parseSelect,
  type SelectedProperty,
} from '../../src/codecs/odata/select-expand.ts'
import { type Literal, type ODataFilter, parseOrderBy } from '../../src/codecs/odata/filter.ts'
import { parseFilter } from '../../src/codecs/odata/parse-filter.ts'
import { Refusal } from '../../src/core/refusal.ts'
import type { FuzzTarget } from './target.ts'

/** The OData parsers: what they read is read again from its text, and everything else is refused. */
export const openOdata = (): Promise<FuzzTarget> =>
  Promise.resolve({
    seeds: seeds.map((text) => Buffer.from(text)),
    dictionary,
    inputsPerRun: 1,
    async run([input]) {
      const text = input!.toString()
      rereads(text, parseFilter, filterText)
      rereads(text, parseSelect, (items) => items.map(itemText).join())
      rereads(text, parseExpand, (items) => items.map(expandText).join())
      rereads(text, parseOrderBy, (keys) => keys.map(orderText).join())
    },
    async close() {},
  })

/** Whether a parser either refuses the text or returns a value that its own text is parsed to. */
export function rereads<T>(text: string, parse: (text: string) => T, print: (value: T) => string): void {
  let value: T
  try {
    value = parse(text)
  } catch (thrown) {
    if (thrown instanceof Refusal) return
    throw thrown
  }
  assert.deepEqual(parse(print(value)), value)
}

const seeds = [
  "receivedDateTime ge 1970-01-01T00:00:00.000Z and (from/emailAddress/address eq 'a_b@contoso.test' or contains(subject,'it''s'))",
  "(isRead eq false AND parentFolderId eq 'inbox')",
  "not categories/any(c:c eq 'Red') and startswith(from/emailAddress/name,'A')",
  "singleValueExtendedProperties/any(ep:ep/id eq 'Integer 0x0E08' and cast(ep/value, Edm.Int32) gt 5)",
  "flag/flagStatus in ('flagged','complete') or importance eq microsoft.graph.importance'high'",
  'hasAttachments ne null and owners/$count eq 1.5',
  'childFolders($select=id;$top=999;$expand=childFolders($top=1;$orderby=displayName desc)),attachments',
  "attachments($select=id,microsoft.graph.fileAttachment/contentId),extensions($filter=id eq 'a;b,c)')",
  'receivedDateTime DESC,from/emailAddress/name asc',
]

const dictionary = [
  ' and ',
  ' or ',
  'not ',
  ' eq ',
  ' in (',
  "'",
  "''",
  '(',
  ')',
  ',',
  ';',
  '/any(x:x eq 1)',
  '/$count',
  'contains(a,',
  'cast(a,Edm.Int32)',
  'null',
  '2026-12-03T00:00:00Z',
  '$expand=',
  '$filter=',
  '$top=',
]

const literalText = (value: Literal): string => {
  if (typeof value === 'string') return `'${value.replaceAll("'", "''")}'`
  if (value instanceof Date) return value.toISOString()
  return String(value)
}

function filterText(filter: ODataFilter): string {
  const path = 'path' in filter ? filter.path.join('/') : ''
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.all
        .map((part) => ('all' in part ? `(${filterText(part)})` : filterText(part)))
        .join(` ${filter.kind} `)
    case 'not':
      return `not ${filter.filter.kind === 'not' ? filterText(filter.filter) : `(${filterText(filter.filter)})`}`
    case 'in':
      return `${path} in (${filter.values.map(literalText).join()})`
    case 'startswith':
    case 'endswith':
    case 'contains':
      return `${filter.kind}(${path},${literalText(filter.text)})`
    case 'any':
    case 'all':
      return `${path}/${filter.kind}(${filter.each ? `${filter.each.variable}:${filterText(filter.each.filter)}` : ''})`
    default:
      return `${filter.cast ? `cast(${path},${filter.cast})` : path} ${filter.kind} ${literalText(filter.value)}`
  }
}

const itemText = ({ path, type }: SelectedProperty): string =>
  [...(type === undefined ? [] : [type]), ...path].join('/')

function expandText(item: ExpandedProperty): string {
  const { select, expand, filter, orderBy, top, skip, count } = item.options
  const options = [
    ...(select ? [`$select=${select.map(itemText).join()}`] : []),
    ...(expand ? [`$expand=${expand.map(expandText).join()}`] : []),
    ...(filter ? [`$filter=${filterText(filter)}`] : []),
    ...(orderBy ? [`$orderby=${orderBy.map(orderText).join()}`] : []),
    ...(top === undefined ? [] : [`$top=${top}`]),
    ...(skip === undefined ? [] : [`$skip=${skip}`]),
    ...(count === undefined ? [] : [`$count=${count}`]),
  ]
  return options.length === 0 ? itemText(item) : `${itemText(item)}(${options.join(';')})`
}

const orderText = ({ path, descending }: { path: readonly string[]; descending: boolean }): string =>
  `${path.join('/')}${descending ? ' desc' : ''}`
