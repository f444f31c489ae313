import type { Guid, TenantId } from '../../../core/ids.ts'
import { Refusal, refuse } from '../../../core/refusal.ts'
import { askOne, sql, type Statements } from '../../../storage/engine.ts'
import { appTarget, type AuditEvent, type RecordEvent } from '../audit/audit-event.ts'
import type { Actor } from '../audit/types.ts'
import { directoryRole } from '../../../core/well-known/directory-roles.ts'
import { microsoftGraph } from '../../../core/well-known/microsoft-graph.ts'

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

/** Why somebody else's change of the administrator's app is refused: the audit tells it, protocols may say less. */
const REASON =
  "The administrator's app, its service principal and its permissions are changed only by a Global Administrator or by the app itself."

/** `detail.fault` of {@link AdministratorsAppRefusal}. */
const FAULT = 'administrators-app'

/** A refused change of the administrator's app, with what the change would have done. */
export class AdministratorsAppRefusal extends Refusal {
  readonly attempted: readonly AuditEvent[]

  constructor(attempted: readonly AuditEvent[]) {
    super('not-allowed', REASON, { fault: FAULT })
    this.attempted = attempted
  }
}

/**
 * Inside a write about `app`, the administrator's app of a tenant: refuses unless the actor is a Global Administrator or
 * the app itself, as the directory has it now. Whoever can add a credential to that app is an administrator, and no
 * permission on applications, ownership or lesser directory role makes one.
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
  // Without the tenant: New-Tenant writes in a tenant where its actor, an administrator of the first one, is unknown.
  const found = yield* askOne(sql`select member from directory_role_holder
    where member = ${member} and role_template = ${directoryRole.globalAdministrator}`)
  return found !== undefined
}

/** Runs the work, which is rolled back with the refusal, to learn what it would have done. */
function* attempted(appId: Guid, work: (tell: RecordEvent) => Statements<unknown>): Statements<readonly AuditEvent[]> {
  const auditEvents: AuditEvent[] = []
  try {
    yield* work((auditEvent) => void auditEvents.push(auditEvent))
  } catch (thrown) {
    // It would have been refused anyway; who asks is told that they may not ask.
    if (!(thrown instanceof Refusal)) throw thrown
  }
  if (auditEvents.length > 0) return auditEvents
  const app = yield* askOne<{ id: string; display_name: string }>(
    sql`select id, display_name from directory_app where app_id = ${appId}`,
  )
  return [{ activity: 'Update application', targets: [appTarget(app ?? { id: appId, display_name: '' })] }]
}
