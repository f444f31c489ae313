import { created, ok } from '../answers.ts'
import { graphRoute } from '../graph-route.ts'
import { refuseUnknown } from '../objects.ts'
import { type Payload, payloadOf } from '../payload.ts'
import { readUsers, writeUsers } from '../permissions.ts'
import { inMemory, page, single } from '../collection.ts'
import { userShape } from '../shapes/user.ts'
import type { NewUser } from '../../../domain/directory/types.ts'

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
  run: async ({ directory, caller, request }) => {
    const named = request.params.id ?? ''
    const user = (await directory.users.find(caller.tenant, named)) ?? refuseUnknown(named)
    return ok(request, await single(request, users, user))
  },
})

export const userRoutes = [listUsers, createUser, getUser]

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
