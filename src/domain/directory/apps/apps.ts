import { type AppId, type AppObjectId, type Guid, isGuid, type TenantId } from '../../../core/ids.ts'
import { refuse } from '../../../core/refusal.ts'
import { ask, askOne, inARow, sql, type Statements } from '../../../storage/engine.ts'
import { appTarget, changesBetween, CREDENTIALS, keyOf, unvalued, valued } from '../audit/audit-event.ts'
import { type AppFields, checkApp, checkAppChange, nameIdentifiers } from './app-fields.ts'
import { type AppRow, lockedApp, plain } from './app-row.ts'
import {
  certificatesOf,
  createCertificateChanges,
  readCertificates,
  removeCertificates,
  replaceCertificates,
} from './certificates.ts'
import { endingCredentials } from './ending-credentials.ts'
import { createFederatedCredentials, removeFederatedCredentials } from './federated-credentials.ts'
import type { DirectoryTx } from '../directory-tx.ts'
import { memberIn } from '../granting/principal-row.ts'
import { fold } from '../names.ts'
import { createOwners, insertOwner, removeOwnersOf } from './owners.ts'
import { conditions, pageOf } from '../pages.ts'
import { limits } from '../limits.ts'
import { refuseFull, refuseUnknownObject } from '../refusals.ts'
import { removeServicePrincipal } from '../removal.ts'
import { checkSecret, freshSecret, insertSecret, removeSecrets, secretCheck, secretsOf } from './secrets.ts'
import { tenantsWith } from '../granting/service-principals.ts'
import type { App, AppWhere, Directory } from '../types.ts'

/** Entra's message for a principal that has created too many objects. */
const PRINCIPAL_QUOTA =
  'The directory object quota limit for the Principal has been exceeded. Please ask your administrator to increase the quota limit or delete objects to reduce the used quota.'

/** Number of apps whose credentials one query reads. */
const AT_ONCE = 500

export function createApps(directoryTx: DirectoryTx): Directory['apps'] {
  const { world } = directoryTx

  const whole = async (rows: readonly AppRow[]): Promise<readonly App[]> => {
    const apps: App[] = []
    for (let at = 0; at < rows.length; at += AT_ONCE) {
      const some = rows.slice(at, at + AT_ONCE)
      const ids = some.map(({ id }) => id)
      const [secrets, certificates] = [await secretsOf(directoryTx, ids), await certificatesOf(directoryTx, ids)]
      apps.push(
        ...some.map((row) => ({
          ...plain(row),
          secrets: secrets.get(row.id) ?? [],
          certificates: certificates.get(row.id) ?? [],
        })),
      )
    }
    return apps
  }
  const wholeOne = async (row: AppRow | undefined): Promise<App | undefined> => row && (await whole([row]))[0]
  const byId = (tenant: TenantId, id: string) =>
    directoryTx.first<AppRow>(sql`select * from directory_app where tenant = ${tenant} and id = ${fold(id)}`)
  const known = async (tenant: TenantId, id: AppObjectId) => (await byId(tenant, id)) ?? refuseUnknownObject(id)
  const reread = async (tenant: TenantId, id: AppObjectId) =>
    (await wholeOne(await byId(tenant, id))) ?? refuseUnknownObject(id)

  return {
    async find(tenant, by) {
      if ('id' in by) return wholeOne(await byId(tenant, by.id))
      return wholeOne(
        await directoryTx.first<AppRow>(
          sql`select * from directory_app where tenant = ${tenant} and app_id = ${fold(by.appId)}`,
        ),
      )
    },

    async findAnywhere(appId) {
      return isGuid(appId.trim())
        ? wholeOne(await directoryTx.first<AppRow>(sql`select * from directory_app where app_id = ${fold(appId)}`))
        : undefined
    },

    async identify(appId) {
      const row = await directoryTx.first<Pick<AppRow, 'id' | 'tenant' | 'display_name'>>(
        sql`select id, tenant, display_name from directory_app where app_id = ${appId}`,
      )
      return row && { id: row.id, tenant: row.tenant, displayName: row.display_name }
    },

    credentialsEnding: (tenant, span) => endingCredentials(directoryTx, tenant, span),

    async page(tenant, { where = {}, ...asked }) {
      const select = sql`select t.* from directory_app t where t.tenant = ${tenant}`
      return whole(await directoryTx.all<AppRow>(pageOf(select, narrowing(where), asked)))
    },

    async count(tenant, where = {}) {
      const select = sql`select count(*) as held from directory_app t where t.tenant = ${tenant}`
      return (await directoryTx.first<{ held: number }>(inARow(select, ...narrowing(where))))?.held ?? 0
    },

    async create(tenant, given, owner) {
      const fields = checkApp(given)
      const certificates = readCertificates(world, given.certificates ?? [])
      const id = world.guid<AppObjectId>()
      const appId = world.guid<AppId>()
      await directoryTx.write(tenant, { what: 'app added', subject: appId }, function* (revision, tell) {
        if (owner !== undefined) {
          const created = sql`directory_app where created_by = ${owner}`
          yield* refuseFull(created, limits.appsPerCreator, PRINCIPAL_QUOTA)
        }
        yield* ask(sql`insert into directory_app (id, app_id, tenant, display_name, display_key, sign_in_audience, identifier_uris,
            required_resource_access, properties, created, created_by, revision)
          values (${id}, ${appId}, ${tenant}, ${fields.displayName}, ${fold(fields.displayName)}, ${fields.signInAudience},
            ${JSON.stringify(fields.identifierUris)}, ${JSON.stringify(fields.requiredResourceAccess)},
            ${JSON.stringify(fields.properties)}, ${world.now()}, ${owner ?? null}, ${revision})`)
        yield* nameIdentifiers({ tenant, id, appId }, fields.identifierUris)
        yield* replaceCertificates(id, certificates)
        const target = appTarget({ id, display_name: fields.displayName })
        tell({ activity: 'Add application', targets: [target], changes: changesBetween({}, shown(fields)) })
        if (owner === undefined) return
        const member = yield* memberIn(tenant, owner)
        yield* insertOwner(id, owner, revision)
        tell({ activity: 'Add owner to application', targets: [target, member] })
      })
      return reread(tenant, id)
    },

    async update(tenant, id, change) {
      const { app_id } = await known(tenant, id)
      const certificates = change.certificates && readCertificates(world, change.certificates)
      await directoryTx.write(tenant, { what: 'app changed', subject: app_id }, function* (_, tell) {
        const before = plain(yield* lockedApp(tenant, id))
        const fields = checkAppChange(before, change)
        yield* updateFields(id, fields)
        yield* nameIdentifiers({ tenant, id, appId: app_id, before: before.identifierUris }, fields.identifierUris)
        // The service principal has the name of its app until it gets its own.
        yield* ask(sql`update directory_service_principal
          set display_name = ${fields.displayName}, display_key = ${fold(fields.displayName)}
          where tenant = ${tenant} and app_id = ${app_id} and display_name = ${before.displayName}`)
        const target = appTarget({ id, display_name: fields.displayName })
        const changes = changesBetween(shown(before), shown(fields))
        if (changes.length > 0 || !certificates) tell({ activity: 'Update application', targets: [target], changes })
        if (certificates) {
          yield* replaceCertificates(id, certificates)
          const held = certificates.map((each) =>
            keyOf({ ...each, displayName: each.displayName ?? undefined }, 'AsymmetricX509Cert'),
          )
          tell({ activity: CREDENTIALS, targets: [target], changes: [valued('KeyDescription', held)] })
        }
      })
      return reread(tenant, id)
    },

    checkMayChange: (tenant, appId) => directoryTx.checkMayChange(tenant, appId),

    async remove(tenant, id) {
      const { app_id } = await known(tenant, id)
      const entry = { what: 'app removed', subject: app_id }
      const elsewhere = await directoryTx.write(tenant, entry, function* (_, tell) {
        tell({ activity: 'Delete application', targets: [appTarget(yield* lockedApp(tenant, id))] })
        yield* removeSecrets(id)
        yield* removeCertificates(id)
        yield* removeFederatedCredentials(id)
        yield* removeOwnersOf(id)
        yield* ask(sql`delete from directory_app_uri where app = ${id}`)
        yield* ask(sql`delete from directory_app where id = ${id}`)
        const principal = yield* askOne<{ id: Guid }>(
          sql`select id from directory_service_principal where tenant = ${tenant} and app_id = ${app_id}`,
        )
        if (principal) yield* removeServicePrincipal(principal.id)
        return yield* tenantsWith(app_id)
      })
      // Other tenants keep their service principal of the app, but access that depends on the app ends there too.
      for (const other of elsewhere) await directoryTx.write(other, entry, nothingElse)
    },

    async addSecret(tenant, id, wanted) {
      const { app_id } = await known(tenant, id)
      const secret = freshSecret(world, wanted)
      await directoryTx.write(tenant, { what: 'secret added', subject: app_id }, function* (revision, tell) {
        const target = appTarget(yield* lockedApp(tenant, id))
        yield* insertSecret(id, secret, revision)
        tell({
          activity: CREDENTIALS,
          targets: [target],
          changes: [valued('KeyDescription', [keyOf(secret, 'Password')])],
        })
      })
      const { salt: _salt, hash: _hash, ...told } = secret
      return told
    },

    async removeSecret(tenant, id, keyId) {
      const { app_id } = await known(tenant, id)
      await directoryTx.write(tenant, { what: 'secret removed', subject: app_id }, function* (_, tell) {
        const target = appTarget(yield* lockedApp(tenant, id))
        const gone =
          (yield* askOne<{ key_id: Guid; display_name: string | null }>(
            sql`delete from directory_secret where app = ${id} and key_id = ${fold(keyId)} returning key_id, display_name`,
          )) ??
          refuse('no-such-thing', `No credentials found to be removed: '${keyId.slice(0, 64)}'.`, { property: 'keyId' })
        const key = keyOf({ keyId: gone.key_id, displayName: gone.display_name ?? undefined }, 'Password')
        tell({ activity: CREDENTIALS, targets: [target], changes: [unvalued('KeyDescription', [key])] })
      })
    },

    ...createCertificateChanges(directoryTx),
    ...createFederatedCredentials(directoryTx),
    ...createOwners(directoryTx),

    checkSecret: (appId, value) => checkSecret(directoryTx, fold(appId) as AppId, value),
    secretCheck: (app) => secretCheck(directoryTx, app),
  }
}

const narrowing = ({ appId, displayName }: AppWhere) => conditions({ 't.app_id': appId, 't.display_key': displayName })

/** An app's values in the audit log, with each further property as a separate value. */
const shown = ({ displayName, signInAudience, identifierUris, requiredResourceAccess, properties }: AppFields) => ({
  displayName,
  signInAudience,
  identifierUris,
  requiredResourceAccess,
  ...properties,
})

function* updateFields(id: AppObjectId, fields: AppFields): Statements<void> {
  yield* ask(sql`update directory_app set display_name = ${fields.displayName}, display_key = ${fold(fields.displayName)},
      sign_in_audience = ${fields.signInAudience}, identifier_uris = ${JSON.stringify(fields.identifierUris)},
      required_resource_access = ${JSON.stringify(fields.requiredResourceAccess)},
      properties = ${JSON.stringify(fields.properties)}
    where id = ${id}`)
}

function* nothingElse(): Statements<void> {}
