import { created, ok } from '../answers.ts'
import { type GraphCall, graphRoute } from '../graph-route.ts'
import { refuseUnknown } from '../objects.ts'
import { type Payload, payloadOf } from '../payload.ts'
import { allows, readMe, readUsers, writeUsers } from '../permissions.ts'
import { inMemory, page, single } from '../collection.ts'
import { userShape } from '../shapes/user.ts'
import type { NewUser, User } from '../../../domain/directory/types.ts'

const users = { of: 'users', shape: userShape }

const listUsers = graphRoute('GET /users', {
  needs: readUsers,
  run: async ({ directory, caller, request }) => {
    const chunks = inMemory(userShape, await directory.users.all(caller.tenant))
    return ok(request, await page(request, { ...users, chunks }))
  },
})

const createUser = graphRoute('POST /users', {
  needs: writeUsers,
  run: async ({ directory, caller, request }) => {
    const user = await directory.users.create(caller.tenant, readUser(payloadOf(request, 'User')))
    return created(request, await single(request, users, user))
  },
})

const getUser = graphRoute('GET /users/:id', {
  needs: readUsers,
  exempts: async (call) => allows(readMe, call.caller) && isOneself(call),
  run: async (call) => ok(call.request, await single(call.request, users, await userIn(call))),
})

const getMe = graphRoute('GET /me', {
  needs: readMe,
  forPeople: true,
  run: async (call) => ok(call.request, await single(call.request, users, await oneself(call))),
})

export const userRoutes = [listUsers, createUser, getUser, getMe]

async function userIn({ directory, caller, request }: GraphCall): Promise<User> {
  const { id = '' } = request.params
  return (await directory.users.find(caller.tenant, id)) ?? refuseUnknown(id)
}

async function oneself({ directory, caller }: GraphCall): Promise<User> {
  const id = caller.kind === 'user' ? caller.user.id : ''
  return (await directory.users.find(caller.tenant, id)) ?? refuseUnknown(id)
}

/** Whether the path names the person for whom the app acts. */
function isOneself({ caller, request }: GraphCall): boolean {
  const named = (request.params.id ?? '').toLowerCase()
  return caller.kind === 'user' && [caller.user.id, caller.user.userPrincipalName.toLowerCase()].includes(named)
}

const writable = [
  'accountEnabled',
  'displayName',
  'mailNickname',
  'userPrincipalName',
  'passwordProfile',
  'givenName',
  'surname',
]

function readUser(payload: Payload): NewUser {
  payload.only(writable)
  const profile = payload
    .needObject('passwordProfile')
    .only(['password', 'forceChangePasswordNextSignIn', 'forceChangePasswordNextSignInWithMfa'])
  const givenName = payload.text('givenName')
  const surname = payload.text('surname')
  return {
    accountEnabled: payload.needFlag('accountEnabled'),
    displayName: payload.needText('displayName'),
    mailNickname: payload.needText('mailNickname'),
    userPrincipalName: payload.needText('userPrincipalName'),
    password: profile.needText('password'),
    ...(givenName === undefined ? {} : { givenName }),
    ...(surname === undefined ? {} : { surname }),
  }
}
