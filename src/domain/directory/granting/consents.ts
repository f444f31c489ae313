import type { AppId, ServicePrincipalId, TenantId, UserId } from '../../../core/ids.ts'
import { refuse } from '../../../core/refusal.ts'
import { ask, askOne, inARow, type Statement, sql, type Statements } from '../../../storage/engine.ts'
import type { Activity } from '../audit/activities.ts'
import { changesBetween, type AuditEvent, principalTarget, valued } from '../audit/audit-event.ts'
import type { DirectoryTx } from '../directory-tx.ts'
import { checkCount, limits } from '../limits.ts'
import { fold, opaqueId } from '../names.ts'
import { pageOf } from '../pages.ts'
import { type OwnPrincipalRow, principalIn } from './principal-row.ts'
import { refuseUnknownObject } from '../refusals.ts'
import type { Consent, Consents, ConsentWhere, NewConsent } from '../types.ts'

interface ConsentRow {
  readonly id: string
  readonly tenant: TenantId
  readonly client: ServicePrincipalId
  readonly resource: ServicePrincipalId
  /** Empty for a consent for all users. */
  readonly user_id: UserId | ''
  readonly scopes: string
  readonly created: number
}

export function createConsents(directoryTx: DirectoryTx): Consents {
  const find = (tenant: TenantId, id: string) =>
    directoryTx.first<ConsentRow>(sql`select * from directory_consent where tenant = ${tenant} and id = ${id}`)
  const known = async (tenant: TenantId, id: string) => (await find(tenant, id)) ?? refuseUnknownObject(id)
  const appIdOf = async (tenant: TenantId, client: ServicePrincipalId) =>
    (
      await directoryTx.first<{ app_id: AppId }>(
        sql`select app_id from directory_service_principal where tenant = ${tenant} and id = ${fold(client)}`,
      )
    )?.app_id ?? refuseUnknownObject(client, 'clientId')

  return {
    async find(tenant, id) {
      const row = await find(tenant, id)
      return row && consentOf(row)
    },

    async page(tenant, { where = {}, ...asked }) {
      const select = inARow(sql`select t.* from directory_consent t where `, ...choice(tenant, where))
      return (await directoryTx.all<ConsentRow>(pageOf(select, [], asked))).map(consentOf)
    },

    async scopes(tenant, { client, resource, user }) {
      const rows = await directoryTx.all<{ scopes: string }>(sql`select scopes from directory_consent
        where client = ${client} and resource = ${resource} and user_id in ('', ${user}) and tenant = ${tenant}
        order by user_id`)
      return new Set(rows.flatMap(({ scopes }) => scopesOf(scopes)))
    },

    async create(tenant, given) {
      const scopes = checkScopes(given.scopes)
      const entry = { what: 'scopes granted', subject: await appIdOf(tenant, given.client) }
      const fresh = { id: opaqueId(directoryTx.world), created: directoryTx.world.now() }
      return directoryTx.write(tenant, entry, function* (revision, tell) {
        const about = yield* checked(tenant, given)
        tell(auditEventOn(about, 'Add delegated permission grant', { after: scopes }))
        if (yield* rowFor(about)) {
          refuse('already-exists', 'Permission entry already exists.', { property: 'clientId' })
        }
        return yield* insertConsent({ ...fresh, revision, about, scopes })
      })
    },

    async grant(tenant, given) {
      const scopes = checkScopes(given.scopes)
      const entry = { what: 'scopes granted', subject: await appIdOf(tenant, given.client) }
      const fresh = { id: opaqueId(directoryTx.world), created: directoryTx.world.now() }
      return directoryTx.write(tenant, entry, function* (revision, tell) {
        const about = yield* checked(tenant, given)
        const before = yield* rowFor(about)
        tell(consentTo(about, scopes))
        if (!before) return yield* insertConsent({ ...fresh, revision, about, scopes })
        return yield* replaceScopes(before, checkScopes([...scopesOf(before.scopes), ...scopes]))
      })
    },

    async update(tenant, id, wanted) {
      const scopes = checkScopes(wanted)
      const entry = { what: 'scopes changed', subject: await appIdOf(tenant, (await known(tenant, id)).client) }
      return directoryTx.write(tenant, entry, function* (_, tell) {
        const before = yield* lockedConsent(tenant, id)
        const about = yield* aboutRow(before)
        tell(
          auditEventOn(about, 'Update delegated permission grant', { before: scopesOf(before.scopes), after: scopes }),
        )
        return yield* replaceScopes(before, scopes)
      })
    },

    async remove(tenant, id) {
      const entry = { what: 'scopes taken back', subject: await appIdOf(tenant, (await known(tenant, id)).client) }
      await directoryTx.write(tenant, entry, function* (_, tell) {
        const before = yield* lockedConsent(tenant, id)
        const about = yield* aboutRow(before)
        tell(auditEventOn(about, 'Remove delegated permission grant', { before: scopesOf(before.scopes) }))
        yield* ask(sql`delete from directory_consent where id = ${id}`)
      })
    },
  }
}

/**
 * Conditions of a page. If the request names a side, that side's index has the rows in order, and the condition on the
 * tenant is on that side: with both conditions on the consent, an engine could scan the whole tenant.
 */
function choice(tenant: TenantId, { client, resource, user }: ConsentWhere): readonly Statement[] {
  const sides = [
    client &&
      sql`t.client = ${fold(client)} and exists
      (select 1 from directory_service_principal p where p.id = ${fold(client)} and p.tenant = ${tenant})`,
    resource &&
      sql`t.resource = ${fold(resource)} and exists
      (select 1 from directory_service_principal p where p.id = ${fold(resource)} and p.tenant = ${tenant})`,
    user &&
      sql`t.user_id = ${fold(user)} and exists
      (select 1 from directory_user u where u.id = ${fold(user)} and u.tenant = ${tenant})`,
  ].filter((side) => side !== undefined)
  return sides.length === 0
    ? [sql`t.tenant = ${tenant}`]
    : sides.flatMap((side, at) => (at === 0 ? [side] : [sql` and `, side]))
}

/** The client, the resource and the user of a consent, all of which exist. */
interface About {
  readonly tenant: TenantId
  readonly client: OwnPrincipalRow
  readonly resource: OwnPrincipalRow
  readonly user: UserId | ''
}

function* aboutRow(row: ConsentRow): Statements<About> {
  return {
    tenant: row.tenant,
    client: yield* principalIn(row.tenant, row.client),
    resource: yield* principalIn(row.tenant, row.resource),
    user: row.user_id,
  }
}

const consentTypeOf = (user: UserId | '') => (user === '' ? 'AllPrincipals' : 'Principal')

/** In the form of Entra: the resource is the first target, the app is the second. */
function auditEventOn(
  { client, resource, user }: About,
  activity: Activity,
  scope: { before?: readonly string[]; after?: readonly string[] },
): AuditEvent {
  const of = { 'ServicePrincipal.ObjectID': client.id, 'ServicePrincipal.AppId': client.app_id }
  const textOf = (scopes: readonly string[] | undefined) =>
    scopes && {
      ...of,
      'DelegatedPermissionGrant.Scope': scopes.join(' '),
      'DelegatedPermissionGrant.ConsentType': consentTypeOf(user),
    }
  return {
    activity,
    targets: [principalTarget(resource), principalTarget(client)],
    changes: changesBetween(textOf(scope.before) ?? {}, textOf(scope.after) ?? {}),
  }
}

/** In the form of Entra: the consent is an action on the app. */
const consentTo = ({ client, resource, user }: About, scopes: readonly string[]): AuditEvent => ({
  activity: 'Consent to application',
  targets: [principalTarget(client), principalTarget(resource)],
  changes: [
    valued('ConsentContext.IsAdminConsent', user === ''),
    valued('ConsentAction.Permissions', {
      resource: resource.id,
      consentType: consentTypeOf(user),
      scope: scopes.join(' '),
    }),
  ],
})

const scopesOf = (text: string): readonly string[] => (text === '' ? [] : text.split(' '))

const consentOf = (row: ConsentRow): Consent => ({
  id: row.id,
  tenant: row.tenant,
  client: row.client,
  consentType: consentTypeOf(row.user_id),
  user: row.user_id === '' ? undefined : row.user_id,
  resource: row.resource,
  scopes: scopesOf(row.scopes),
  created: row.created,
})

/** Removes duplicates and keeps the order. RFC 6749 §3.3 defines the characters of a scope. */
function checkScopes(scopes: readonly string[]): readonly string[] {
  const once = [...new Set(scopes)]
  checkCount(once, 'scope', limits.scopesPerConsent)
  for (const scope of once) {
    if (!/^[\u0021\u0023-\u005b\u005d-\u007e]+$/.test(scope) || scope.length > limits.shortText) {
      refuse('bad-syntax', `The property scope cannot hold '${scope.slice(0, limits.shortText)}'.`, {
        property: 'scope',
      })
    }
  }
  return once
}

function* checked(tenant: TenantId, given: NewConsent): Statements<About> {
  const client = yield* principalIn(tenant, given.client)
  const resource = yield* principalIn(tenant, given.resource)
  return { tenant, client, resource, user: yield* userFor(tenant, given) }
}

function* userFor(tenant: TenantId, { consentType, user }: NewConsent): Statements<UserId | ''> {
  if ((consentType === 'Principal') !== (user !== undefined)) {
    refuse('bad-syntax', 'The property principalId stands beside the consentType Principal, and beside no other.', {
      property: 'principalId',
    })
  }
  if (user === undefined) return ''
  const found = yield* askOne<{ id: UserId }>(
    sql`select id from directory_user where tenant = ${tenant} and id = ${fold(user)}`,
  )
  return found?.id ?? refuseUnknownObject(user, 'principalId')
}

function* rowFor({ client, resource, user }: About): Statements<ConsentRow | undefined> {
  return yield* askOne<ConsentRow>(sql`select * from directory_consent
    where client = ${client.id} and resource = ${resource.id} and user_id = ${user}`)
}

function* insertConsent(made: {
  id: string
  created: number
  revision: number
  about: About
  scopes: readonly string[]
}): Statements<Consent> {
  const { id, created, about } = made
  const row: ConsentRow = {
    id,
    tenant: about.tenant,
    client: about.client.id,
    resource: about.resource.id,
    user_id: about.user,
    scopes: made.scopes.join(' '),
    created,
  }
  yield* ask(sql`insert into directory_consent (id, tenant, client, resource, user_id, scopes, created, revision)
    values (${id}, ${row.tenant}, ${row.client}, ${row.resource}, ${row.user_id}, ${row.scopes}, ${created},
      ${made.revision})`)
  return consentOf(row)
}

function* replaceScopes(before: ConsentRow, scopes: readonly string[]): Statements<Consent> {
  const text = scopes.join(' ')
  yield* ask(sql`update directory_consent set scopes = ${text} where id = ${before.id}`)
  return consentOf({ ...before, scopes: text })
}

function* lockedConsent(tenant: TenantId, id: string): Statements<ConsentRow> {
  const row = yield* askOne<ConsentRow>(sql`select * from directory_consent where tenant = ${tenant} and id = ${id}`)
  return row ?? refuseUnknownObject(id)
}
