import type { TenantId } from '../../../core/ids.ts'
import { refuse } from '../../../core/refusal.ts'
import { askOne, sql, type Statements } from '../../../storage/engine.ts'
import { directoryRole } from '../well-known/directory-roles.ts'
import { microsoftGraph } from '../well-known/microsoft-graph.ts'

/**
 * Inside a write: refuses `wrong-state` when it would leave a tenant without the Global Administrator that it has,
 * whatever it is that goes: the role, the user or the service principal that holds it, its app, its last credential,
 * or the permission by which an app can give itself any other.
 */
export function* keepingAnAdministrator<T>(tenant: TenantId, now: number, work: () => Statements<T>): Statements<T> {
  const before = yield* hasAdministrator(tenant, now)
  const result = yield* work()
  if (before && !(yield* hasAdministrator(tenant, now))) {
    refuse(
      'wrong-state',
      'Nobody could administer this tenant any more: this is the last Global Administrator who can sign in and give permissions. Give somebody else that role first, or this one another credential.',
    )
  }
  return result
}

const givesPermissions = microsoftGraph.appRoles.find(({ value }) => value === 'AppRoleAssignment.ReadWrite.All')!.id

/**
 * Whether somebody holds the role who can sign in, with a password or with a credential that has not ended. A person
 * gives permissions at the pages; an app needs one to give others.
 */
function* hasAdministrator(tenant: TenantId, now: number): Statements<boolean> {
  const found = yield* askOne(sql`select 1 as one from directory_role_holder h
    where h.tenant = ${tenant} and h.role_template = ${directoryRole.globalAdministrator} and (
      exists (select 1 from directory_user u
        where u.id = h.member and u.account_enabled = 1 and u.password_hash is not null)
      or exists (select 1 from directory_service_principal p join directory_app a on a.app_id = p.app_id
        where p.id = h.member and p.account_enabled = 1
        and exists (select 1 from directory_app_assignment g join directory_service_principal r on r.id = g.resource
          where g.principal = p.id and g.app_role = ${givesPermissions}
          and r.app_id = ${microsoftGraph.appId} and r.account_enabled = 1)
        and (
          exists (select 1 from directory_secret s where s.app = a.id and s.ends > ${now})
          or exists (select 1 from directory_certificate c where c.app = a.id and c.ends > ${now})
          or exists (select 1 from directory_federated f where f.app = a.id))))
    limit 1`)
  return found !== undefined
}
