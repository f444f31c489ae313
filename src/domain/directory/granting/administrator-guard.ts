import type { Guid, TenantId } from '../../../core/ids.ts'
import { Refusal, refuse } from '../../../core/refusal.ts'
import { askOne, sql, type Statements } from '../../../storage/engine.ts'
import { appTarget, type AuditEvent, type RecordEvent } from '../audit/audit-event.ts'
import type { Actor } from '../audit/types.ts'
import { directoryRole } from '../../../core/well-known/directory-roles.ts'
import { microsoftGraph } from '../../../core/well-known/microsoft-graph.ts'

/**
 * Inside a write: refuses `wrong-state` if the write would remove the last Global Administrator of a tenant. This
 * includes the role, the user or the service principal that holds it, the app, its last credential, and the permission
 * by which an app can grant itself any other.
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
 * Whether a holder of the role can sign in, with a password or with a credential that has not expired. A user grants
 * permissions on the pages; an app needs a permission to grant others.
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

/** The reason for refusing a change of the administrator's app. The audit log shows it; protocols can say less. */
const REASON =
  "The administrator's app, its service principal and its permissions are changed only by a Global Administrator or by the app itself."

/** `detail.fault` of {@link AdministratorsAppRefusal}. */
const FAULT = 'administrators-app'

/** A refused change of the administrator's app, with the audit events that it would have caused. */
export class AdministratorsAppRefusal extends Refusal {
  readonly attempted: readonly AuditEvent[]

  constructor(attempted: readonly AuditEvent[]) {
    super('not-allowed', REASON, { fault: FAULT })
    this.attempted = attempted
  }
}

/**
 * Inside a write about `app`, the administrator's app of a tenant: refuses unless the actor is a Global Administrator
 * now, or the app itself. Anyone who can add a credential to that app is an administrator, so a permission on
 * applications, ownership or a lesser directory role is not sufficient.
 */
export function* guardAdministratorsApp<T>(
  app: Guid,
  actor: Actor,
  tell: RecordEvent,
  work: (tell: RecordEvent) => Statements<T>,
): Statements<T> {
  if (yield* mayChange(app, actor)) return yield* work(tell)
  throw new AdministratorsAppRefusal(yield* attempted(app, work))
}

function* mayChange(app: Guid, actor: Actor): Statements<boolean> {
  if (actor.kind === 'server' || (actor.kind === 'app' && actor.appId === app)) return true
  const member = actor.kind === 'app' ? actor.servicePrincipal : actor.id
  // The query does not name the tenant: New-Tenant writes in a tenant where its actor, an administrator of the first,
  // is unknown.
  const found = yield* askOne(sql`select member from directory_role_holder
    where member = ${member} and role_template = ${directoryRole.globalAdministrator}`)
  return found !== undefined
}

/** Runs the work to learn what it would do. The refusal then rolls it back. */
function* attempted(appId: Guid, work: (tell: RecordEvent) => Statements<unknown>): Statements<readonly AuditEvent[]> {
  const auditEvents: AuditEvent[] = []
  try {
    yield* work((auditEvent) => void auditEvents.push(auditEvent))
  } catch (thrown) {
    // The work fails for another reason. The actor still learns only that the change is not allowed.
    if (!(thrown instanceof Refusal)) throw thrown
  }
  if (auditEvents.length > 0) return auditEvents
  const app = yield* askOne<{ id: string; display_name: string }>(
    sql`select id, display_name from directory_app where app_id = ${appId}`,
  )
  return [{ activity: 'Update application', targets: [appTarget(app ?? { id: appId, display_name: '' })] }]
}
