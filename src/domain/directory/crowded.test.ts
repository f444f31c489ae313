import { describe, expect, it } from 'vitest'
import { newMailbox, openDirectory, registerApp } from '../../../test/support/directory.ts'
import {
  type Engine,
  type Hold,
  type Row,
  type Sql,
  sql,
  type Statement,
  type Statements,
} from '../../storage/engine.ts'
import { createDirectory } from './directory.ts'
import type { Directory } from './types.ts'
import { exchangeOnline } from '../../core/well-known/exchange-online.ts'

const USERS = 100_000
const APPS = 10_000

/** Inserts users and apps as rows. Other tests cover their validation. */
const crowd = (tenant: string): readonly Statement[] => [
  sql`insert into directory_user (id, tenant, upn, upn_key, display_name, display_key, mail_nickname, account_enabled,
      sid, created, revision)
    with recursive n(i) as (select 1 union all select i + 1 from n where i < ${USERS})
    select printf('00000000-0000-4000-8000-%012d', i), ${tenant}, 'person' || i || '@contoso.test',
      'person' || i || '@contoso.test', 'Person ' || i, 'person ' || i, 'person' || i, 1, 'S-1-5-21-' || i, i, i from n`,
  sql`insert into directory_app (id, app_id, tenant, display_name, display_key, sign_in_audience, identifier_uris,
      required_resource_access, properties, created, revision)
    with recursive n(i) as (select 1 union all select i + 1 from n where i < ${APPS})
    select printf('00000000-0000-4000-9000-%012d', i), printf('00000000-0000-4000-a000-%012d', i), ${tenant},
      'App ' || i, 'app ' || i, 'AzureADMyOrg', '[]', '[]', '{}', i, i from n`,
  sql`insert into directory_service_principal (id, tenant, app_id, display_name, display_key, account_enabled,
      assignment_required, owner, tags, created, revision)
    select replace(id, '-9000-', '-b000-'), tenant, app_id, display_name, display_key, 1, 0, tenant, '[]', created,
      revision from directory_app where display_key like 'app %'`,
  sql`insert into directory_app_assignment (id, tenant, principal, principal_type, resource, app_role, created, revision)
    select 'a' || p.id, p.tenant, p.id, 'ServicePrincipal', r.id, r.id, p.created, p.revision
    from directory_service_principal p join directory_service_principal r on r.tenant = p.tenant
    where p.display_key like 'app %' and r.app_id = ${exchangeOnline.appId}`,
  sql`insert into directory_consent (id, tenant, client, resource, user_id, scopes, created, revision)
    select 'c' || u.id, u.tenant, p.id, r.id, u.id, 'Mail.Read', u.created, u.revision from directory_user u
    join directory_service_principal p on p.tenant = u.tenant join directory_service_principal r on r.tenant = u.tenant
    where u.display_key like 'person %' and p.display_key = 'app 1' and r.app_id = ${exchangeOnline.appId}`,
]

/** Records every statement that a directory runs, so that the engine can explain it. */
function listening(engine: Engine, heard: Statement[]): Sql {
  const { sql: inner } = engine
  return {
    all: <R = Row>(statement: Statement) => {
      heard.push(statement)
      return inner.all<R>(statement)
    },
    first: <R = Row>(statement: Statement) => {
      heard.push(statement)
      return inner.first<R>(statement)
    },
    write: <T>(work: () => Statements<T>, holds?: readonly Hold[]) =>
      inner.write(function* () {
        const steps = work()
        for (let step = steps.next(); ;) {
          if (step.done) return step.value
          heard.push(step.value)
          step = steps.next(yield step.value)
        }
      }, holds),
  }
}

const explained = ({ parts, args }: Statement): Statement => ({
  parts: [`explain query plan ${parts[0]}`, ...parts.slice(1)],
  args,
})

async function stage() {
  const open = await openDirectory()
  const { engine, tenant, world } = open
  const heard: Statement[] = []
  const directory = createDirectory({ sql: listening(engine, heard), notifier: engine.notifier, world })
  const { app, principal } = await registerApp(open)
  const { value } = await directory.apps.addSecret(tenant.id, app.id, {})
  const mailbox = await directory.mailboxes.create(tenant.id, newMailbox('ada'))
  let made = 0

  /** Calls the directory as sign-ins, tokens and administrators do. */
  const everything = async (on: Directory) => {
    const word = `new${made++}`
    const exchange = (await on.servicePrincipals.findResource(tenant.id, 'https://outlook.office365.com'))!
    await on.apps.findAnywhere(app.appId)
    await on.apps.checkSecret(app.appId, value)
    await on.apps.federatedOf(app.appId)
    await on.servicePrincipals.find(tenant.id, { appId: app.appId })
    await on.assignments.roles(tenant.id, principal.id, exchange.appId)
    await on.consents.scopes(tenant.id, {
      client: principal.id,
      resource: exchange.id,
      user: mailbox.externalDirectoryObjectId,
    })
    await on.directoryRoles.of(tenant.id, principal.id)
    await on.assignments.of(tenant.id, principal.id)
    await on.assignments.between(tenant.id, principal.id, exchange.id)
    const [assigned] = await on.assignments.pageOn(tenant.id, exchange.id, { limit: 20 })
    await on.assignments.pageOn(tenant.id, exchange.id, { limit: 20, after: assigned })
    const [consented] = await on.consents.page(tenant.id, { limit: 20 })
    await on.consents.page(tenant.id, { limit: 20, after: consented })
    await on.consents.page(tenant.id, { limit: 20, where: { client: principal.id } })
    await on.consents.page(tenant.id, { limit: 20, where: { user: mailbox.externalDirectoryObjectId } })
    await on.users.find(tenant.id, 'ada@contoso.test')
    await on.users.findAnywhere('ada@contoso.test')
    await on.mailboxes.findByAddress(tenant.id, 'ada@contoso.test')
    await on.exchange.findByAppId(tenant.id, app.appId)
    const first = await on.users.page(tenant.id, { limit: 20 })
    await on.users.page(tenant.id, { limit: 20, after: first.at(-1) })
    await on.users.page(tenant.id, { limit: 20, where: { displayName: { startsWith: 'ada' } } })
    await on.users.page(tenant.id, { limit: 20, where: { mail: { is: 'ada@contoso.test' } } })
    await on.users.page(tenant.id, { limit: 20, where: { userPrincipalName: { startsWith: 'ada' } } })
    await on.apps.page(tenant.id, { limit: 20, where: { displayName: { is: 'reader' } } })
    await on.servicePrincipals.page(tenant.id, { limit: 20, where: { displayName: { is: 'reader' } } })
    const user = await on.users.create(tenant.id, {
      userPrincipalName: `${word}@contoso.test`,
      displayName: word,
      mailNickname: word,
      accountEnabled: true,
    })
    await on.users.update(tenant.id, user.id, { displayName: 'Changed' })
    await on.users.remove(tenant.id, user.id)
    const fresh = await on.apps.create(tenant.id, { displayName: word })
    await on.servicePrincipals.create(tenant.id, { appId: fresh.appId })
    await on.apps.remove(tenant.id, fresh.id)
    await on.audits.page(tenant.id, { limit: 20 })
  }
  const fill = () =>
    engine.sql.write(
      function* () {
        for (const statement of crowd(tenant.id)) yield statement
      },
      [tenant.id],
    )
  return { ...open, directory, heard, everything, fill }
}

async function took(run: () => Promise<void>): Promise<number> {
  const start = performance.now()
  await run()
  return performance.now() - start
}

describe('a tenant with 100,000 users and 10,000 apps', () => {
  it('is never scanned', async () => {
    const { directory, heard, everything, engine } = await stage()
    heard.length = 0
    await everything(directory)
    const walks: string[] = []
    for (const statement of heard) {
      const plan = await engine.sql.all<{ detail: string }>(explained(statement))
      const walk = plan.find(({ detail }) => detail.startsWith('SCAN '))
      if (walk) walks.push(`${walk.detail}: ${statement.parts.join('?').replaceAll(/\s+/g, ' ')}`)
    }
    expect(heard.length).toBeGreaterThan(60)
    expect(walks).toEqual([])
  })

  it('is as fast as an empty one', async () => {
    const [crowded, empty] = [await stage(), await stage()]
    await crowded.fill()
    const least = { crowded: Infinity, empty: Infinity }
    for (let at = 0; at < 12; at++) {
      least.crowded = Math.min(least.crowded, await took(() => crowded.everything(crowded.directory)))
      least.empty = Math.min(least.empty, await took(() => empty.everything(empty.directory)))
    }
    expect(least.crowded / least.empty).toBeLessThan(2)
  })
})
