import { type Guid, isGuid } from '../../../core/ids.ts'
import { refuse } from '../../../core/refusal.ts'
import { isObject, listAt, objectAt, type Properties } from './app-properties.ts'
import { checkCount, checkOptionalText, checkText, limits } from '../limits.ts'
import type { AppRole, PermissionScope } from '../../../core/well-known/resource.ts'

const memberTypes = ['User', 'Application'] as const

/** The roles that an app offers, from its property `appRoles`. */
export const appRolesOf = (properties: Properties): readonly AppRole[] =>
  listAt(properties, 'appRoles')
    .filter(isObject)
    .map((role) => ({
      id: textAt(role, 'id').toLowerCase() as Guid,
      value: textAt(role, 'value'),
      displayName: textAt(role, 'displayName'),
      description: textAt(role, 'description'),
      isEnabled: role['isEnabled'] !== false,
      allowedMemberTypes: memberTypes.filter((type) => listAt(role, 'allowedMemberTypes').includes(type)),
    }))

/** The scopes that an app offers, from its property `api.oauth2PermissionScopes`. */
export const scopesOf = (properties: Properties): readonly PermissionScope[] =>
  listAt(objectAt(properties, 'api'), 'oauth2PermissionScopes')
    .filter(isObject)
    .map((scope) => ({
      id: textAt(scope, 'id').toLowerCase() as Guid,
      value: textAt(scope, 'value'),
      type: scope['type'] === 'Admin' ? 'Admin' : 'User',
      isEnabled: scope['isEnabled'] !== false,
      adminConsentDisplayName: textAt(scope, 'adminConsentDisplayName'),
      adminConsentDescription: textAt(scope, 'adminConsentDescription'),
      userConsentDisplayName: textAt(scope, 'userConsentDisplayName') || undefined,
      userConsentDescription: textAt(scope, 'userConsentDescription') || undefined,
    }))

const textAt = (properties: Properties, name: string): string => {
  const value = properties[name]
  return typeof value === 'string' ? value : ''
}

/** Refuses `bad-syntax`, naming the property, for permissions that nobody could be granted. */
export function checkPermissions(properties: Properties): void {
  const given = {
    appRoles: listAt(properties, 'appRoles'),
    scopes: listAt(objectAt(properties, 'api'), 'oauth2PermissionScopes'),
  }
  checkCount([...given.appRoles, ...given.scopes], 'appRoles', limits.permissionsPerApp)
  if (![...given.appRoles, ...given.scopes].every(isObject)) refuseProperty('appRoles', 'holds what is no permission')
  const [roles, scopes] = [appRolesOf(properties), scopesOf(properties)]
  for (const role of roles) checkRole(role)
  for (const scope of scopes) checkScope(scope)
  refuseTwice(
    [...roles, ...scopes].map(({ id }) => id),
    'id',
  )
  refuseTwice(
    roles.map(({ value }) => value).filter((value) => value !== ''),
    'appRoles',
  )
  refuseTwice(
    scopes.map(({ value }) => value),
    'api.oauth2PermissionScopes',
  )
}

/**
 * Who uses a permission shall notice before it is gone, as there: it is disabled in one step and removed in another.
 */
export function refuseRemovedWhileEnabled(before: Properties, after: Properties): void {
  const left = new Set([...appRolesOf(after), ...scopesOf(after)].map(({ id }) => id))
  const gone = [...appRolesOf(before), ...scopesOf(before)].find(({ id, isEnabled }) => isEnabled && !left.has(id))
  if (gone) {
    refuse('bad-syntax', 'Permission (scope or role) cannot be deleted or updated unless disabled first.', {
      property: 'appRoles',
    })
  }
}

const refuseProperty = (property: string, fault: string): never =>
  refuse('bad-syntax', `The property ${property} ${fault}.`, { property })

function checkRole(role: AppRole): void {
  const property = 'appRoles'
  if (!isGuid(role.id)) refuseProperty(property, `holds an id that is not a GUID: '${role.id.slice(0, 64)}'`)
  checkText(role.displayName, `${property}.displayName`, limits.displayName)
  checkOptionalText(role.description, `${property}.description`, limits.description)
  if (role.value !== '') checkValue(role.value, property)
  if (role.allowedMemberTypes.length === 0)
    refuseProperty(`${property}.allowedMemberTypes`, 'names neither User nor Application')
}

function checkScope(scope: PermissionScope): void {
  const property = 'api.oauth2PermissionScopes'
  if (!isGuid(scope.id)) refuseProperty(property, `holds an id that is not a GUID: '${scope.id.slice(0, 64)}'`)
  checkValue(scope.value, property)
  checkText(scope.adminConsentDisplayName, `${property}.adminConsentDisplayName`, limits.displayName)
  checkText(scope.adminConsentDescription, `${property}.adminConsentDescription`, limits.description)
  checkOptionalText(scope.userConsentDisplayName ?? '', `${property}.userConsentDisplayName`, limits.displayName)
  checkOptionalText(scope.userConsentDescription ?? '', `${property}.userConsentDescription`, limits.description)
}

/** RFC 6749 §3.3 has the characters; a dot in front would make it look like `.default`. */
function checkValue(value: string, property: string): void {
  if (!/^[\u0021\u0023-\u002d\u002f-\u005b\u005d-\u007e][\u0021\u0023-\u005b\u005d-\u007e]*$/.test(value)) {
    refuseProperty(property, `cannot hold the value '${value.slice(0, limits.permissionValue)}'`)
  }
  if (value.length > limits.permissionValue) {
    refuseProperty(property, `holds a value that is longer than ${limits.permissionValue} characters`)
  }
}

function refuseTwice(texts: readonly string[], property: string): void {
  if (new Set(texts).size < texts.length) refuseProperty(property, 'stands on two permissions with the same value')
}
