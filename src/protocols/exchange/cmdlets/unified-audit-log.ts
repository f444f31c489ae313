import type { ValuesOf } from '../../../cmdlets/cmdlet.ts'
import * as declared from '../../../cmdlets/exchange/unified-audit-log.ts'
import { isoSeconds } from '../../../core/time.ts'
import type { Tenant } from '../../../domain/directory/types.ts'
import { type AuditEntry, recordTypes } from '../audit-log/entry.ts'
import { command } from '../command.ts'
import { domainOf, type Output, serverOf } from '../objects/output.ts'
import { wrongParameters } from '../failure.ts'

type SearchUnifiedAuditLogParameters = ValuesOf<(typeof declared.searchUnifiedAuditLog)['parameters']>

const LONGEST_SESSION_ID = 200

export const searchUnifiedAuditLog = command({
  declaration: declared.searchUnifiedAuditLog,
  role: 'View-Only Audit Logs',
  async run({ auditSearches, tenant, again }, given) {
    const [from, until] = [given.StartDate.getTime(), given.EndDate.getTime()]
    if (from > until) wrongParameters('-StartDate has to be before -EndDate.')
    const page = await auditSearches.next(tenant.id, {
      from,
      until,
      fits: requested(tenant, given),
      size: given.ResultSize ?? 100,
      session: sessionOf(given),
      again,
    })
    return page.entries.map((entry, at) =>
      auditRecordOutput(tenant, entry, { index: page.index + at, count: page.count }),
    )
  },
})

/** docs/reference/exchange-admin.md §8: a command without a session is one search and no more. */
function sessionOf({
  SessionId: id,
  SessionCommand: command = 'ReturnNextPreviewPage',
}: SearchUnifiedAuditLogParameters) {
  if (id === undefined) return undefined
  return id.length > LONGEST_SESSION_ID ? wrongParameters('-SessionId is too long.') : { id, command }
}

function requested(tenant: Tenant, given: SearchUnifiedAuditLogParameters): (entry: AuditEntry) => boolean {
  const users = folded(given.UserIds)
  const operations = folded(given.Operations)
  const addresses = folded(given.IPAddresses)
  const objects = folded(given.ObjectIds)
  const type = given.RecordType?.toLowerCase()
  const text = given.FreeText?.toLowerCase()
  return (entry) =>
    holds(operations, entry.operation) &&
    (type === undefined || entry.recordType.toLowerCase() === type) &&
    (users === undefined || [entry.user, ...entry.otherNames].some((name) => holds(users, name))) &&
    holds(addresses, entry.address ?? '') &&
    holds(objects, entry.object) &&
    (text === undefined || auditData(tenant, entry).toLowerCase().includes(text))
}

const folded = (texts: readonly string[] | undefined): ReadonlySet<string> | undefined =>
  texts && new Set(texts.map((text) => text.toLowerCase()))

const holds = (set: ReadonlySet<string> | undefined, text: string): boolean =>
  set === undefined || set.has(text.toLowerCase())

/** docs/reference/exchange-admin.md §8: AuditData is a text, in JSON. */
export const auditRecordOutput = (
  tenant: Tenant,
  entry: AuditEntry,
  { index, count }: { index: number; count: number },
): Output => ({
  RecordType: entry.recordType,
  CreationDate: new Date(entry.at),
  UserIds: entry.user,
  Operations: entry.operation,
  AuditData: auditData(tenant, entry),
  ResultIndex: index,
  ResultCount: count,
  Identity: entry.id,
  IsValid: true,
  ObjectState: 'Unchanged',
})

export const auditData = (tenant: Tenant, entry: AuditEntry): string =>
  JSON.stringify({
    // Without a zone: it is UTC.
    CreationTime: isoSeconds(entry.at).slice(0, -1),
    Id: entry.id,
    Operation: entry.operation,
    OrganizationId: tenant.id,
    RecordType: recordTypes[entry.recordType],
    UserKey: entry.otherNames[0] ?? entry.user,
    Version: 1,
    ObjectId: entry.object,
    UserId: entry.user,
    ...(entry.address !== undefined && { ClientIP: entry.address }),
    ...(entry.recordType === 'ExchangeAdmin' && {
      OrganizationName: domainOf(tenant),
      OriginatingServer: serverOf(tenant),
    }),
    ...entry.further,
  })
