import type { AppId, AppObjectId, TenantId } from '../../../core/ids.ts'
import { refuse } from '../../../core/refusal.ts'
import { ask, askOne, sql, type Statements } from '../../../storage/engine.ts'
import { identifierKeys } from './app-fields.ts'
import { fold } from '../names.ts'
import { refuseTaken } from '../refusals.ts'
import { domainsOf } from '../tenants.ts'
import { resourceByAppId } from '../well-known/resources.ts'

const guids = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g

interface Naming {
  readonly tenant: TenantId
  readonly id: AppObjectId
  readonly appId: AppId
  /** What it was called until now. */
  readonly before?: readonly string[]
}

/** Inside a write: calls the app by these identifiers. What it was called before is not judged again, as in Entra. */
export function* nameIdentifiers(
  { tenant, id, appId, before = [] }: Naming,
  identifiers: readonly string[],
): Statements<void> {
  const added = identifiers.filter((identifier) => !before.includes(identifier))
  const domains = added.length > 0 ? yield* domainsOf(tenant) : []
  for (const identifier of added) yield* refuseOthers(identifier, appId, domains)
  yield* ask(sql`delete from directory_app_uri where app = ${id}`)
  for (const key of identifierKeys(identifiers)) {
    const taken = yield* askOne(sql`select app from directory_app_uri where tenant = ${tenant} and uri_key = ${key}`)
    if (taken) refuseTaken('identifierUris')
    yield* ask(sql`insert into directory_app_uri (tenant, uri_key, app) values (${tenant}, ${key}, ${id})`)
  }
}

/** Refuses what names the app of somebody else, or a host that is not in the tenant's domains. */
function* refuseOthers(identifier: string, own: AppId, domains: readonly string[]): Statements<void> {
  const key = fold(identifier)
  if (/^https?:/.test(key)) {
    const host = URL.parse(key)?.hostname
    if (!domains.some((domain) => host === domain || host?.endsWith(`.${domain}`))) refuseHost(identifier)
    return
  }
  for (const [appId] of key.matchAll(guids)) {
    if (appId === own) continue
    if (resourceByAppId(appId)) refuseHost(identifier)
    if (yield* askOne(sql`select id from directory_app where app_id = ${appId}`)) refuseHost(identifier)
  }
}

const refuseHost = (identifier: string): never =>
  refuse(
    'bad-syntax',
    `Values of identifierUris property must use a verified domain of the organization or its subdomain: '${identifier}'`,
    { property: 'identifierUris' },
  )
