import type { Guid, ServicePrincipalId, TenantId, UserId } from '../../../core/ids.ts'
import { askOne, sql, type Statements } from '../../../storage/engine.ts'
import { principalTarget, userTarget } from '../audit/audit-event.ts'
import type { DirectoryTx } from '../directory-tx.ts'
import type { OwnPrincipalRow } from './principal-row.ts'
import { refuseUnknownObject } from '../refusals.ts'
import type { AuditTarget, RoleMember } from '../types.ts'
import { userIn } from '../people/user-row.ts'

/** Whoever has something, with the name of the one of the two kinds that it is. */
export interface MemberRow {
  readonly member: UserId | ServicePrincipalId
  readonly user_name: string | null
  readonly principal_name: string | null
}

export const memberOf = (row: MemberRow): RoleMember =>
  row.user_name === null
    ? { kind: 'servicePrincipal', id: row.member as ServicePrincipalId, displayName: row.principal_name ?? '' }
    : { kind: 'user', id: row.member as UserId, displayName: row.user_name }

/** What the journal calls whoever is granted something: a service principal goes by its appId. */
export async function subjectOf(ledger: DirectoryTx, tenant: TenantId, member: Guid): Promise<Guid> {
  const found = await ledger.first<{ subject: Guid }>(sql`select app_id as subject from directory_service_principal
      where tenant = ${tenant} and id = ${member}
    union all select id as subject from directory_user where tenant = ${tenant} and id = ${member}`)
  return found?.subject ?? refuseUnknownObject(member)
}

/** Inside a write: a service principal or a user, as the audit names it. */
export function* memberIn(tenant: TenantId, id: Guid): Statements<AuditTarget> {
  const principal = yield* askOne<OwnPrincipalRow>(
    sql`select * from directory_service_principal where tenant = ${tenant} and id = ${id}`,
  )
  if (principal) return principalTarget(principal)
  return userTarget(yield* userIn(tenant, id as UserId))
}
