import type { NewUser, UserChange } from '../../domain/directory/types.ts'
import type { Payload } from './payload.ts'

const writable = [
  'accountEnabled',
  'displayName',
  'mailNickname',
  'userPrincipalName',
  'passwordProfile',
  'givenName',
  'surname',
]

export function readNewUser(payload: Payload): NewUser {
  const { givenName, surname, ...change } = readUserChange(payload)
  payload.needObject('passwordProfile').needText('password')
  return {
    ...change,
    accountEnabled: payload.needFlag('accountEnabled'),
    displayName: payload.needText('displayName'),
    mailNickname: payload.needText('mailNickname'),
    userPrincipalName: payload.needText('userPrincipalName'),
    ...(typeof givenName === 'string' ? { givenName } : {}),
    ...(typeof surname === 'string' ? { surname } : {}),
  }
}

/** What a request wants a user to be; null takes away what a user can do without. */
export function readUserChange(payload: Payload): UserChange {
  payload.only(writable)
  const accountEnabled = payload.flag('accountEnabled')
  return {
    ...texts(payload, ['displayName', 'mailNickname', 'userPrincipalName']),
    ...(accountEnabled === undefined ? {} : { accountEnabled }),
    ...(payload.has('givenName') ? { givenName: payload.text('givenName') ?? null } : {}),
    ...(payload.has('surname') ? { surname: payload.text('surname') ?? null } : {}),
    ...readPassword(payload.object('passwordProfile')),
  }
}

function texts<Name extends string>(payload: Payload, names: readonly Name[]): Partial<Record<Name, string>> {
  const read: Partial<Record<Name, string>> = {}
  for (const name of names) {
    const text = payload.text(name)
    if (text !== undefined) read[name] = text
  }
  return read
}

function readPassword(profile: Payload | undefined): UserChange {
  profile?.only(['password', 'forceChangePasswordNextSignIn', 'forceChangePasswordNextSignInWithMfa'])
  const password = profile?.text('password')
  const mustChangePassword =
    profile?.flag('forceChangePasswordNextSignIn') ?? profile?.flag('forceChangePasswordNextSignInWithMfa')
  return {
    ...(password === undefined ? {} : { password }),
    ...(mustChangePassword === undefined ? {} : { mustChangePassword }),
  }
}
