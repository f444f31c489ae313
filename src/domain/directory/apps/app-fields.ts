import { guid } from '../../../core/ids.ts'
import { refuse } from '../../../core/refusal.ts'
import { checkPermissions, refuseRemovedWhileEnabled } from './app-permissions.ts'
import { checkProperties, mergeProperties } from './app-properties.ts'
import { checkCount, checkText, limits } from '../limits.ts'
import type { NewApp, RequiredResourceAccess } from '../types.ts'
import { identifierKey, resourceNamed } from '../well-known/resources.ts'

/** An app's own columns, checked. */
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

/** Refuses `bad-syntax`, naming the property, for what an app registration cannot hold. */
export function checkApp(given: NewApp): AppFields {
  const properties = checkProperties(given.properties ?? {})
  checkPermissions(properties)
  return { ...checkColumns(given), properties }
}

/** The same for an app that was there: what a change does not speak of is not judged again. */
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

/** Identifiers as they are compared, each once. */
export const identifierKeys = (identifiers: readonly string[]): readonly string[] => [
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
