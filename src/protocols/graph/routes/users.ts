import { hasDirectoryRole, mayAdminister, superiorRight } from '../../../access/admin/decide.ts'
import type { HttpAnswer } from '../../../core/http.ts'
import type { User, UserChange } from '../../../domain/directory/types.ts'
import { created, noContent, ok, plain } from '../answers.ts'
import { type Collection, count, page, single } from '../collection.ts'
import { userChunks } from '../directory-chunks.ts'
import { type GraphCall, graphRoute, refuseUnprivileged } from '../graph-route.ts'
import { refuseUnknown } from '../objects.ts'
import { payloadOf, readNewUser, readUserChange } from '../payload.ts'
import { dateTime, type Shape } from '../shapes/shape.ts'

/** Graph shows few properties of a user without `$select`. */
const userShape: Shape<User> = {
  type: 'user',
  position: (user) => user,
  properties: {
    businessPhones: () => [],
    displayName: (user) => user.displayName,
    givenName: (user) => user.givenName,
    jobTitle: () => null,
    mail: (user) => user.mail,
    mobilePhone: () => null,
    officeLocation: () => null,
    preferredLanguage: () => null,
    surname: (user) => user.surname,
    userPrincipalName: (user) => user.userPrincipalName,
    id: (user) => user.id,
    accountEnabled: (user) => user.accountEnabled,
    createdDateTime: (user) => dateTime(user.created),
    lastPasswordChangeDateTime: (user) => (user.passwordChanged === undefined ? null : dateTime(user.passwordChanged)),
    mailNickname: (user) => user.mailNickname,
    signInSessionsValidFromDateTime: (user) => dateTime(user.signInsRevoked ?? user.created),
    userType: () => 'Member',
  },
  byDefault: [
    'businessPhones',
    'displayName',
    'givenName',
    'jobTitle',
    'mail',
    'mobilePhone',
    'officeLocation',
    'preferredLanguage',
    'surname',
    'userPrincipalName',
    'id',
  ],
}

const users = { of: 'users', shape: userShape }

const listUsers = graphRoute('GET /users', {
  needs: 'readUsers',
  run: async (call) => ok(call.request, await page(call.request, usersFor(call))),
})

const countUsers = graphRoute('GET /users/$count', {
  needs: 'readUsers',
  run: async (call) => plain(call.request, await count(call.request, usersFor(call))),
})

const createUser = graphRoute('POST /users', {
  needs: 'writeUsers',
  run: async ({ directory, caller, request }) => {
    const user = await directory.users.create(caller.tenant, readNewUser(payloadOf(request, 'User')))
    return created(request, await single(request, users, user))
  },
})

const getUser = graphRoute('GET /users/:id', {
  needs: 'readUsers',
  exempts: async (call) => mayAdminister('readMe', call.caller) && isOneself(call),
  run: async (call) => ok(call.request, await single(call.request, users, await userIn(call))),
})

const updateUser = graphRoute('PATCH /users/:id', {
  needs: 'writeUsers',
  run: async (call) => {
    const user = await userIn(call)
    const change = readUserChange(payloadOf(call.request, 'User'))
    if (setsPassword(change) && !hasDirectoryRole('setPasswords', call.caller)) refuseUnprivileged()
    if (setsPassword(change) || sensitive.some((name) => change[name] !== undefined))
      await guardAdministrator(call, user)
    await call.directory.users.update(call.caller.tenant, user.id, change)
    return noContent(call.request)
  },
})

const deleteUser = graphRoute('DELETE /users/:id', {
  needs: 'writeUsers',
  run: async (call) => {
    const user = await userIn(call)
    await guardAdministrator(call, user)
    await call.directory.users.remove(call.caller.tenant, user.id)
    return noContent(call.request)
  },
})

const getMe = graphRoute('GET /me', {
  needs: 'readMe',
  forPeople: true,
  run: async (call) => ok(call.request, await single(call.request, users, await oneself(call))),
})

export const userRoutes = [listUsers, countUsers, createUser, getUser, updateUser, deleteUser, getMe]

const usersFor = (call: GraphCall): Collection<User> => ({
  ...users,
  chunks: userChunks(call),
  eventual: call.strict,
  total: () => call.directory.users.count(call.caller.tenant),
})

export async function userIn({ directory, caller, request }: GraphCall): Promise<User> {
  const { id = '' } = request.params
  return (await directory.users.find(caller.tenant, id)) ?? refuseUnknown(id)
}

export async function oneself({ directory, caller }: GraphCall): Promise<User> {
  const id = caller.kind === 'user' ? caller.user.id : ''
  return (await directory.users.find(caller.tenant, id)) ?? refuseUnknown(id)
}

/** Returns true if the path names the user for whom the app acts. */
export function isOneself({ caller, request }: GraphCall): boolean {
  const named = (request.params.id ?? '').toLowerCase()
  return caller.kind === 'user' && [caller.user.id, caller.user.userPrincipalName.toLowerCase()].includes(named)
}

const setsPassword = ({ password, mustChangePassword }: UserChange): boolean =>
  password !== undefined || mustChangePassword !== undefined

/** The properties that take over an account or disable it. */
const sensitive = ['accountEnabled', 'userPrincipalName'] as const

/** Nobody takes over, locks out or removes a user who has rights that they lack themselves. */
async function guardAdministrator({ directory, caller }: GraphCall, user: User): Promise<void> {
  if (await superiorRight(directory, caller, user.id)) refuseUnprivileged()
}

/** Revokes the user's refresh tokens, codes and sessions. Access tokens expire by themselves. */
const revokeOfUser = graphRoute('POST /users/:id/revokeSignInSessions', {
  needs: 'revokeSessions',
  exempts: async (call) => mayAdminister('revokeMine', call.caller) && isOneself(call),
  run: async (call) => {
    const user = await userIn(call)
    if (!isOneself(call)) await guardAdministrator(call, user)
    return revoke(call, user)
  },
})

const revokeOwn = graphRoute('POST /me/revokeSignInSessions', {
  needs: 'revokeMine',
  forPeople: true,
  run: async (call) => revoke(call, await oneself(call)),
})

export const signInSessionRoutes = [revokeOfUser, revokeOwn]

async function revoke({ directory, request }: GraphCall, user: User): Promise<HttpAnswer> {
  await directory.users.revokeSignIns(user.tenant, user.id)
  return ok(request, { '@odata.context': `${request.base}/v1.0/$metadata#Edm.Boolean`, value: true })
}
