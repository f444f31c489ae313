import { isoSeconds } from '../../../core/time.ts'
import type { Tenant } from '../../../domain/directory/types.ts'
import { type AuditEntry, recordTypes } from '../audit-log/entry.ts'
import { domainOf, serverOf } from './metadata.ts'
import type { Output } from './output.ts'

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
