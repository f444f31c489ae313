import { type AppId, type AppObjectId, guid, type TenantId } from '../../../core/ids.ts'
import { refuse } from '../../../core/refusal.ts'
import { ask, askOne, sql, type Statements } from '../../../storage/engine.ts'
import { checkCount, checkText, limits } from '../limits.ts'
import { fold } from '../names.ts'
import { refuseTaken } from '../refusals.ts'
import { domainsOf } from '../domains.ts'
import type { NewApp, RequiredResourceAccess } from '../types.ts'
import { identifierKey, resourceByAppId, resourceNamed } from '../../../core/well-known/resources.ts'
import { checkPermissions, refuseRemovedWhileEnabled } from './app-permissions.ts'
import { checkProperties, mergeProperties } from './app-properties.ts'

/** An app's own columns, validated. */
export type AppFields = Required<Omit<NewApp, 'certificates'>>

const audiences = [
  'AzureADMyOrg',
  'AzureADMultipleOrgs',
  'AzureADandPersonalMicrosoftAccount',
  'PersonalMicrosoftAccount',
] as const

/** Whether other tenants may have a service principal of an app with this `signInAudience`. */
export const isForOtherTenants = (audience: string): boolean =>
  audience === 'AzureADMultipleOrgs' || audience === 'AzureADandPersonalMicrosoftAccount'

/** Refuses `bad-syntax` and names the property if an app registration cannot have the value. */
export function checkApp(given: NewApp): AppFields {
  const properties = checkProperties(given.properties ?? {})
  checkPermissions(properties)
  return { ...checkColumns(given), properties }
}

/** The same for an existing app. Properties that the change omits are not validated again. */
export function checkAppChange(before: AppFields, change: Partial<NewApp>): AppFields {
  const columns = checkColumns({ ...before, ...change })
  if (change.properties === undefined) return { ...columns, properties: before.properties }
  const properties = checkProperties(mergeProperties(before.properties, change.properties))
  checkPermissions(properties)
  refuseRemovedWhileEnabled(before.properties, properties)
  return { ...columns, properties }
}

function checkColumns(given: NewApp): Omit<AppFields, 'properties'> {
  return {
    displayName: checkText(given.displayName, 'displayName', limits.displayName),
    signInAudience: checkAudience(given.signInAudience ?? 'AzureADMyOrg'),
    identifierUris: checkIdentifiers(given.identifierUris ?? []),
    requiredResourceAccess: checkRequired(given.requiredResourceAccess ?? []),
  }
}

/** Identifiers in the form that is compared, without duplicates. */
const identifierKeys = (identifiers: readonly string[]): readonly string[] => [
  ...new Set(identifiers.map(identifierKey)),
]

const checkAudience = (audience: string): string =>
  audiences.find((known) => known === audience) ??
  refuse('bad-syntax', `The property signInAudience must be one of ${audiences.join(', ')}.`, {
    property: 'signInAudience',
  })

function checkIdentifiers(identifiers: readonly string[]): readonly string[] {
  checkCount(identifiers, 'identifierUris', limits.identifierUris)
  for (const identifier of identifiers) {
    checkText(identifier, 'identifierUris', limits.shortText)
    if (!/^[a-z][a-z0-9+.-]*:\S+$/i.test(identifier) || resourceNamed(identifier)) {
      refuse('bad-syntax', `The property identifierUris cannot hold '${identifier}'.`, { property: 'identifierUris' })
    }
  }
  return identifiers
}

function checkRequired(required: readonly RequiredResourceAccess[]): readonly RequiredResourceAccess[] {
  checkCount(required, 'requiredResourceAccess', limits.requiredResources)
  return required.map(({ resourceAppId, resourceAccess }) => {
    checkCount(resourceAccess, 'requiredResourceAccess', limits.requiredPermissions)
    return {
      resourceAppId: guid(resourceAppId),
      resourceAccess: resourceAccess.map(({ id, type }) => ({ id: guid(id), type })),
    }
  })
}

const guids = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g

interface Naming {
  readonly tenant: TenantId
  readonly id: AppObjectId
  readonly appId: AppId
  /** Identifiers before the change. */
  readonly before?: readonly string[]
}

/** Inside a write: sets the identifiers of the app. Its existing ones are not validated again, as in Entra. */
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

/** Refuses an identifier with another app's id, or with a host outside the tenant's domains. */
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
