import type { TenantId } from '../../../core/ids.ts'
import type { HttpAnswer, HttpRequest } from '../../../core/http.ts'
import { type Administrator, commandsOf } from '../authorization.ts'
import { getCasMailbox } from '../cmdlets/mailboxes/get-cas-mailbox.ts'
import { getMailbox } from '../cmdlets/mailboxes/get-mailbox.ts'
import { getMailboxPermission } from '../cmdlets/permissions/get-mailbox-permission.ts'
import { getMailboxFolderStatistics } from '../cmdlets/mailboxes/get-mailbox-folder-statistics.ts'
import { getMailboxStatistics } from '../cmdlets/mailboxes/get-mailbox-statistics.ts'
import { getRecipientPermission } from '../cmdlets/permissions/get-recipient-permission.ts'
import { getRecipient } from '../cmdlets/recipients/get-recipient.ts'
import type { Command } from '../command.ts'
import { narrowedEntities, type RecordListing, selectedIn } from './entity-query.ts'
import { functionCallIn } from './function-call.ts'
import { responseHeaders } from '../headers.ts'
import { type ExchangeDeps, performed } from '../invoke-command.ts'
import { listedPermissions } from '../objects/listed-permissions.ts'
import { allOf, type Listing } from '../listing.ts'
import { type Output, written } from '../objects/output.ts'
import { nextLink, pageOf } from '../paging.ts'
import { commandNotFound, noSuchPlace, wrongParameters } from '../refusals.ts'

/** What the `Get-EXO*` cmdlets read is what the cmdlet of the same object puts out, for whoever may use that. */
export interface EntitySet {
  readonly name: string
  readonly command: Command
  readonly shaped: (outputs: Listing<Output>) => RecordListing | Promise<RecordListing>
}

const plainly = (outputs: Listing<Output>): RecordListing => ({
  length: outputs.length,
  slice: async (from, to) => (await outputs.slice(from, to)).map((output) => written(output, undefined)),
})

/** contract/exchange-admin §9.5. */
export const entitySets: readonly EntitySet[] = [
  { name: 'CasMailbox', command: getCasMailbox, shaped: plainly },
  { name: 'Mailbox', command: getMailbox, shaped: plainly },
  { name: 'Recipient', command: getRecipient, shaped: plainly },
  { name: 'RecipientPermission', command: getRecipientPermission, shaped: plainly },
]

/** What hangs on one object of a set: a list, or what a function answers. */
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
  const set = entitySets.find((it) => it.name.toLowerCase() === name) ?? noSuchPlace()
  const { tenant, records } = await recordsOf(deps, request, caller, set, { Identity: key })
  if (key === undefined) {
    const list = () => listed(request, set.name, records)
    return request.query.has('$filter') ? deps.longLooks.run(tenant, list) : list()
  }
  const [record] = selectedIn(request, await records.slice(0, 1), set.name)
  return answer(request, `${set.name}/$entity`, record ?? noSuchPlace())
}

/** `GET …/Mailbox('ada')/MailboxPermission`, `GET …/Mailbox('ada')/Exchange.GetMailboxStatistics()`. */
export async function readRelated(
  deps: ExchangeDeps,
  request: HttpRequest,
  caller: Administrator,
): Promise<HttpAnswer> {
  const { name, key } = segmentOf(request, request.params.entity ?? '')
  const wanted = functionCallIn(request.params.related ?? '')
  const set = related.find((it) => it.of.toLowerCase() === name && it.name.toLowerCase() === wanted.name)
  if (!set) return noSuchPlace()
  const { records } = await recordsOf(deps, request, caller, set, { ...wanted.values, Identity: key ?? noSuchPlace() })
  if (set.answers === 'many') return listed(request, set.name, records)
  const [record] = selectedIn(request, await records.slice(0, 1), set.name)
  return answer(request, 'Exchange.GenericHashTable', record ?? noSuchPlace())
}

async function recordsOf(
  deps: ExchangeDeps,
  request: HttpRequest,
  caller: Administrator,
  { command, shaped }: EntitySet,
  named: Readonly<Record<string, string | undefined>>,
): Promise<{ tenant: TenantId; records: RecordListing }> {
  if (!commandsOf(caller).includes(command)) commandNotFound(command.declaration.name)
  const given = Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined))
  const Parameters = { ...furtherParameters(request, command), ...given }
  const { outputs } = await performed(deps, request, caller, { command, input: { Parameters } })
  return { tenant: caller.tenant, records: await shaped(outputs) }
}

/** What of the query the cmdlet has a parameter for: `RecipientTypeDetails=SharedMailbox`. */
function furtherParameters({ query }: HttpRequest, { declaration }: Command): Record<string, string> {
  const known = new Set(Object.keys(declaration.parameters).map((name) => name.toLowerCase()))
  return Object.fromEntries([...query].filter(([name]) => known.has(name.toLowerCase())))
}

async function listed(request: HttpRequest, name: string, records: RecordListing): Promise<HttpAnswer> {
  const { entities, count } = await narrowedEntities(request, records)
  const page = pageOf(request, entities.length)
  return answer(request, name, {
    ...(count !== undefined && { '@odata.count': count }),
    value: selectedIn(request, await entities.slice(page.from, page.to), name),
    ...(page.more && { '@odata.nextLink': nextLink(request, { skip: page.to }) }),
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
  const [, name = '', quoted] = /^([a-z]+)(?:\('((?:[^']|'')+)'\))?$/i.exec(segment) ?? noSuchPlace()
  const key = quoted?.replaceAll("''", "'")
  const encoded = [...query].some(([option, value]) => /^isencoded$/i.test(option) && /^true$/i.test(value))
  return { name: name.toLowerCase(), key: key !== undefined && encoded ? decoded(key) : key }
}

const decoded = (key: string): string =>
  /^[\w+/-]+={0,2}$/.test(key)
    ? Buffer.from(key, 'base64').toString('utf8')
    : wrongParameters('The key is not in base64, as IsEncoded says.')
