import { type AppId, type AppObjectId, type Guid, isGuid, type TenantId } from '../../../core/ids.ts'
import { refuse } from '../../../core/refusal.ts'
import { ask, askOne, sql, type Statements } from '../../../storage/engine.ts'
import { type AppRow, lockedApp } from './app-row.ts'
import { appTarget, changesBetween, type AuditEvent } from '../audit/audit-event.ts'
import type { DirectoryTx } from '../directory-tx.ts'
import { checkOptionalText, checkText, limits } from '../limits.ts'
import { fold } from '../names.ts'
import { refuseFull, refuseUnknownObject } from '../refusals.ts'
import type { AuditChange, Directory, FederatedCredential, NewFederatedCredential } from '../types.ts'

interface FederatedRow {
  readonly id: Guid
  readonly name: string
  readonly issuer: string
  readonly subject: string
  readonly audience: string
  readonly description: string | null
}

type FederatedVerbs = Pick<
  Directory['apps'],
  'federatedCredentials' | 'federatedOf' | 'addFederated' | 'updateFederated' | 'removeFederated'
>

export function createFederatedCredentials(directoryTx: DirectoryTx): FederatedVerbs {
  const appIdOf = async (tenant: TenantId, id: AppObjectId) =>
    (
      await directoryTx.first<{ app_id: AppId }>(
        sql`select app_id from directory_app where tenant = ${tenant} and id = ${fold(id)}`,
      )
    )?.app_id ?? refuseUnknownObject(id)

  return {
    async federatedCredentials(tenant, id) {
      await appIdOf(tenant, id)
      const rows = await directoryTx.all<FederatedRow>(
        sql`select * from directory_federated where app = ${fold(id)} order by revision`,
      )
      return rows.map(credentialOf)
    },

    async federatedOf(appId) {
      const rows = await directoryTx.all<FederatedRow>(sql`select f.* from directory_app a
        join directory_federated f on f.app = a.id where a.app_id = ${fold(appId)} order by f.revision`)
      return rows.map(credentialOf)
    },

    async addFederated(tenant, id, given) {
      const checked = { id: directoryTx.world.guid(), name: checkName(given.name), ...checkTerms(given) }
      const entry = { what: 'federated credential added', subject: await appIdOf(tenant, id) }
      return directoryTx.write(tenant, entry, function* (revision, tell) {
        const app = yield* lockedApp(tenant, id)
        yield* refuseFull(
          sql`directory_federated where app = ${app.id}`,
          limits.federatedPerApp,
          `An application holds at most ${limits.federatedPerApp} federated identity credentials.`,
          'federatedIdentityCredentials',
        )
        yield* refuseTwice(app.id, checked)
        const { name, issuer, subject, audience, description } = checked
        yield* ask(sql`insert into directory_federated (id, app, name, issuer, subject, audience, description, revision)
          values (${checked.id}, ${app.id}, ${name}, ${issuer}, ${subject}, ${audience}, ${description}, ${revision})`)
        tell(auditEventOn(app, changesBetween({}, { federatedIdentityCredentials: credentialOf(checked) })))
        return credentialOf(checked)
      })
    },

    async updateFederated(tenant, id, named, change) {
      const entry = { what: 'federated credential changed', subject: await appIdOf(tenant, id) }
      return directoryTx.write(tenant, entry, function* (_, tell) {
        const app = yield* lockedApp(tenant, id)
        const before = yield* credentialNamed(app.id, named)
        if (change.name !== undefined && change.name !== before.name) {
          refuse('bad-syntax', 'The property name of a federated identity credential cannot be changed.', {
            property: 'name',
          })
        }
        const after = { ...before, ...checkTerms({ ...credentialOf(before), ...change }) }
        yield* refuseTwice(app.id, after)
        yield* ask(sql`update directory_federated set issuer = ${after.issuer}, subject = ${after.subject},
          audience = ${after.audience}, description = ${after.description} where id = ${after.id}`)
        const [from, to] = [credentialOf(before), credentialOf(after)]
        tell(
          auditEventOn(
            app,
            changesBetween({ federatedIdentityCredentials: from }, { federatedIdentityCredentials: to }),
          ),
        )
        return to
      })
    },

    async removeFederated(tenant, id, named) {
      const entry = { what: 'federated credential removed', subject: await appIdOf(tenant, id) }
      await directoryTx.write(tenant, entry, function* (_, tell) {
        const app = yield* lockedApp(tenant, id)
        const found = yield* credentialNamed(app.id, named)
        yield* ask(sql`delete from directory_federated where id = ${found.id}`)
        tell(auditEventOn(app, changesBetween({ federatedIdentityCredentials: credentialOf(found) }, {})))
      })
    },
  }
}

const auditEventOn = (app: AppRow, changes: readonly AuditChange[]): AuditEvent => ({
  activity: 'Update application',
  targets: [appTarget(app)],
  changes,
})

const credentialOf = (row: FederatedRow): FederatedCredential => ({
  id: row.id,
  name: row.name,
  issuer: row.issuer,
  subject: row.subject,
  audiences: [row.audience],
  description: row.description ?? undefined,
})

/** docs/reference/identity.md §2.3 */
const checkName = (name: string): string =>
  /^[A-Za-z0-9_-]{3,120}$/.test(name)
    ? name
    : refuse('bad-syntax', 'The property name has 3 to 120 characters: letters, digits, - and _.', { property: 'name' })

/** docs/reference/identity.md §2.3, §10.3: kept as given, since each is compared letter by letter. */
function checkTerms(given: Omit<NewFederatedCredential, 'name'>) {
  const [audience, ...further] = given.audiences
  if (audience === undefined || further.length > 0) {
    refuse('bad-syntax', 'Federated identity credentials must have exactly one audience.', { property: 'audiences' })
  }
  return {
    issuer: checkIssuer(given.issuer),
    subject: checkText(given.subject, 'subject', limits.federatedText),
    audience: checkText(audience, 'audiences', limits.federatedText),
    description:
      given.description === undefined
        ? null
        : checkOptionalText(given.description, 'description', limits.federatedText),
  }
}

const here = new Set(['localhost', '127.0.0.1', '[::1]'])

/** Its keys are fetched from there, so what is no address of a web server could never be believed. */
function checkIssuer(issuer: string): string {
  checkText(issuer, 'issuer', limits.federatedText)
  const url = URL.canParse(issuer) ? new URL(issuer) : undefined
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && here.has(url.hostname))
  if (!url || !isSafe || url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    refuse('bad-syntax', 'The property issuer must be an https URL without a query and a fragment.', {
      property: 'issuer',
    })
  }
  return issuer
}

function* credentialNamed(app: AppObjectId, named: string): Statements<FederatedRow> {
  const row = yield* askOne<FederatedRow>(
    isGuid(named)
      ? sql`select * from directory_federated where app = ${app} and id = ${fold(named)}`
      : sql`select * from directory_federated where app = ${app} and name = ${named}`,
  )
  return row ?? refuseUnknownObject(named)
}

function* refuseTwice(app: AppObjectId, row: FederatedRow): Statements<void> {
  const taken = yield* askOne<{ name: string }>(sql`select name from directory_federated where app = ${app}
    and id <> ${row.id} and (name = ${row.name} or (issuer = ${row.issuer} and subject = ${row.subject}))`)
  if (!taken) return
  if (taken.name === row.name) {
    refuse('already-exists', `FederatedIdentityCredential with name ${row.name} already exists.`, { property: 'name' })
  }
  refuse('already-exists', 'Another federated identity credential has this issuer and subject.', {
    property: 'subject',
  })
}

/** Inside a write. */
export function* removeFederatedCredentials(app: AppObjectId): Statements<void> {
  yield* ask(sql`delete from directory_federated where app = ${app}`)
}
