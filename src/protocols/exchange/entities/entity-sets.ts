import type { Administrator } from '../../../access/admin/decide.ts'
import { propertySets } from '../../../cmdlets/exo/property-sets.ts'
import { matches, pathsOf, readerOf } from '../../../codecs/odata/filter.ts'
import { parseFilter } from '../../../codecs/odata/parse-filter.ts'
import type { HttpAnswer, HttpRequest } from '../../../core/http.ts'
import type { TenantId } from '../../../core/ids.ts'
import { pick } from '../../../core/pick.ts'
import { commandsOf } from '../authorization.ts'
import { getCasMailbox } from '../cmdlets/cas-mailboxes.ts'
import { getMailboxPermission } from '../cmdlets/mailbox-permissions.ts'
import { getMailboxFolderStatistics, getMailboxStatistics } from '../cmdlets/mailbox-statistics.ts'
import { getMailbox } from '../cmdlets/mailboxes.ts'
import { getRecipientPermission } from '../cmdlets/recipient-permissions.ts'
import { getRecipient } from '../cmdlets/recipients.ts'
import type { CmdletRunner } from '../command.ts'
import { responseHeaders } from '../envelope.ts'
import { type ExchangeDeps, performed, selectedBy } from '../invoke-command.ts'
import { allOf, type Listing } from '../listing.ts'
import { chosenMembers, type Output, written } from '../objects/output.ts'
import { listedPermissions } from '../objects/permissions.ts'
import { nextLink, rangeOf, type RequestedPage, requestedPage } from '../paging.ts'
import { commandNotFound, noSuchContainer, wrongParameters } from '../failure.ts'

/** The entity sets of the `Get-EXO*` cmdlets. Each shows the output of a cmdlet to callers who may run that cmdlet. */
export interface EntitySet {
  readonly name: string
  readonly command: CmdletRunner
  readonly shaped: (outputs: Listing<Output>) => RecordListing | Promise<RecordListing>
}

type RecordListing = Listing<Records[number]>

const plainly = (outputs: Listing<Output>): RecordListing => ({
  length: outputs.length,
  slice: async (from, to) => (await outputs.slice(from, to)).map((output) => written(output, undefined)),
})

/** docs/reference/exchange-admin.md §9.5. */
export const entitySets: readonly EntitySet[] = [
  { name: 'CasMailbox', command: getCasMailbox, shaped: plainly },
  { name: 'Mailbox', command: getMailbox, shaped: plainly },
  { name: 'Recipient', command: getRecipient, shaped: plainly },
  { name: 'RecipientPermission', command: getRecipientPermission, shaped: plainly },
]

/** The data related to one object of a set: a list, or the result of a function. */
export interface Related extends EntitySet {
  readonly of: string
  readonly answers: 'many' | 'one'
}

export const related: readonly Related[] = [
  {
    name: 'MailboxPermission',
    of: 'Mailbox',
    answers: 'many',
    command: getMailboxPermission,
    shaped: async (outputs) => listedPermissions(await allOf(outputs)),
  },
  {
    name: 'Exchange.GetMailboxStatistics()',
    of: 'Mailbox',
    answers: 'one',
    command: getMailboxStatistics,
    shaped: plainly,
  },
  {
    name: 'Exchange.GetMailboxFolderStatistics()',
    of: 'Mailbox',
    answers: 'many',
    command: getMailboxFolderStatistics,
    shaped: plainly,
  },
  { name: 'RecipientPermission', of: 'Recipient', answers: 'many', command: getRecipientPermission, shaped: plainly },
]

/** `GET …/Mailbox` and `GET …/Mailbox('ada')`. */
export async function readEntities(
  deps: ExchangeDeps,
  request: HttpRequest,
  caller: Administrator,
): Promise<HttpAnswer> {
  const { name, key } = segmentOf(request, request.params.entity ?? '')
  const set = entitySets.find((it) => it.name.toLowerCase() === name) ?? noSuchContainer()
  const { tenant, records, page } = await recordsOf(deps, request, caller, set, { Identity: key })
  if (key === undefined) {
    const list = () => listed(request, set.name, { records, page })
    return request.query.has('$filter') ? deps.serialScans.run(tenant, list) : list()
  }
  const [record] = selectedIn(request, await records.slice(0, 1), set.name)
  return answer(request, `${set.name}/$entity`, record ?? noSuchContainer())
}

/** `GET …/Mailbox('ada')/MailboxPermission`, `GET …/Mailbox('ada')/Exchange.GetMailboxStatistics()`. */
export async function readRelated(
  deps: ExchangeDeps,
  request: HttpRequest,
  caller: Administrator,
): Promise<HttpAnswer> {
  const { name, key } = segmentOf(request, request.params.entity ?? '')
  const requested = functionCallIn(request.params.related ?? '')
  const set = related.find((it) => it.of.toLowerCase() === name && it.name.toLowerCase() === requested.name)
  if (!set) return noSuchContainer()
  const { records, page } = await recordsOf(deps, request, caller, set, {
    ...requested.values,
    Identity: key ?? noSuchContainer(),
  })
  if (set.answers === 'many') return listed(request, set.name, { records, page })
  const [record] = selectedIn(request, await records.slice(0, 1), set.name)
  return answer(request, 'Exchange.GenericHashTable', record ?? noSuchContainer())
}

interface EntityPage {
  readonly records: RecordListing
  readonly page: RequestedPage
}

async function recordsOf(
  deps: ExchangeDeps,
  request: HttpRequest,
  caller: Administrator,
  { command, shaped }: EntitySet,
  named: Readonly<Record<string, string | undefined>>,
): Promise<{ tenant: TenantId } & EntityPage> {
  if (!commandsOf(caller).includes(command)) commandNotFound(command.declaration.name)
  const given = pick(named, (_, value) => value !== undefined)
  const Parameters = { ...furtherParameters(request, command), ...given }
  const page = requestedPage(request)
  const { outputs } = await performed(deps, request, caller, { command, input: { Parameters }, page })
  return { tenant: caller.tenant, records: await shaped(outputs), page }
}

/** Returns the query options that are parameters of the cmdlet: `RecipientTypeDetails=SharedMailbox`. */
function furtherParameters({ query }: HttpRequest, { declaration }: CmdletRunner): Record<string, string> {
  const known = new Set(Object.keys(declaration.parameters).map((name) => name.toLowerCase()))
  return pick(Object.fromEntries(query), (name) => known.has(name.toLowerCase()))
}

async function listed(request: HttpRequest, name: string, { records, page }: EntityPage): Promise<HttpAnswer> {
  const { entities, count } = await narrowedEntities(request, records)
  const { from, to, more } = rangeOf(page, entities.length)
  return answer(request, name, {
    ...(count !== undefined && { '@odata.count': count }),
    value: selectedIn(request, await entities.slice(from, to), name),
    ...(more && { '@odata.nextLink': nextLink(request, { skip: to }) }),
  })
}

function answer(request: HttpRequest, context: string, body: object): HttpAnswer {
  const [, service] = /^(\/adminapi\/[^/]+\/[^/]+)/i.exec(request.path) ?? []
  return {
    status: 200,
    headers: responseHeaders(request),
    body: { '@odata.context': `${request.base}${service}/$metadata#${context}`, ...body },
  }
}

/** A set, and the key in parentheses; with `IsEncoded=true` that is base64, as the module sends it. */
function segmentOf({ query }: HttpRequest, segment: string): { name: string; key: string | undefined } {
  const [, name = '', quoted] = /^([a-z]+)(?:\('((?:[^']|'')+)'\))?$/i.exec(segment) ?? noSuchContainer()
  const key = quoted?.replaceAll("''", "'")
  const encoded = [...query].some(([option, value]) => /^isencoded$/i.test(option) && /^true$/i.test(value))
  return { name: name.toLowerCase(), key: key !== undefined && encoded ? decoded(key) : key }
}

const decoded = (key: string): string =>
  /^[\w+/-]+={0,2}$/.test(key)
    ? Buffer.from(key, 'base64').toString('utf8')
    : wrongParameters('The key is not in base64, as IsEncoded says.')

/** Objects as they go out, with their annotations. */
type Records = readonly Readonly<Record<string, unknown>>[]

const options: ReadonlySet<string> = new Set(['$filter', '$select', '$top', '$count', '$skiptoken', '$format'])

/** Those that `$filter` lets through, no more than `$top`; `count`, where `$count` asks, is of all that pass. */
async function narrowedEntities(
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
const selectedIn = (request: HttpRequest, records: Records, set: string): Records => {
  const selected = selectedBy(request) ?? setsIn(request, set)
  return selected ? records.map((record) => chosenMembers(record, selected)) : records
}

/** docs/reference/exchange-admin.md §9.5: as the module asks for them. */
function setsIn({ query }: HttpRequest, of: string): readonly string[] | undefined {
  const requested =
    query
      .get('PropertySets')
      ?.split(',')
      .map((name) => name.trim().toLowerCase()) ?? []
  if (requested.length === 0 || requested.includes('all') || !isOf(of)) return undefined
  return Object.entries(propertySets[of]).flatMap(([name, members]) =>
    requested.includes(name.toLowerCase()) ? members : [],
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

/**
 * A function as the module calls it: `Exchange.GetMailboxFolderStatistics(folderscope=Exchange.ElcFolderType'Inbox')`.
 */
export function functionCallIn(segment: string): { name: string; values: Readonly<Record<string, string>> } {
  const [, called, inside] = /^([\w.]+)\((.*)\)$/.exec(segment) ?? []
  if (called === undefined) return { name: segment.toLowerCase(), values: {} }
  const values = [...inside!.matchAll(/(?<!\w)(\w+)=[\w.]*'([^']*)'/g)].map(([, name, value]) => [name, value])
  return { name: `${called}()`.toLowerCase(), values: Object.fromEntries(values) }
}
