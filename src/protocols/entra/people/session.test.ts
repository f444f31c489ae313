import { expect, it } from 'vitest'
import { openUserService, PASSWORD, type UserService } from '../../../../test/support/token-service.ts'
import { BASE } from '../../../../test/support/access.ts'
import { silentLog } from '../../../core/log.ts'
import { sessionHeaders } from './session.ts'
import { signedInHere } from './session.ts'

it.each<[string, string | undefined, (open: UserService) => unknown]>([
  ['somebody who signed in', 'ada@contoso.test', () => undefined],
  [
    'nobody whose account was switched off',
    undefined,
    ({ directory: { users }, tenant, user }) => users.update(tenant.id, user.id, { accountEnabled: false }),
  ],
  [
    'nobody whose password changed',
    undefined,
    ({ directory: { users }, tenant }) => users.changePassword(tenant.id, 'ada@contoso.test', PASSWORD, 'Another-8'),
  ],
  [
    'nobody whose sign-ins were revoked',
    undefined,
    ({ directory: { users }, tenant, user }) => users.revokeSignIns(tenant.id, user.id),
  ],
  ['nobody who is gone', undefined, ({ directory: { users }, tenant, user }) => users.remove(tenant.id, user.id)],
])('a browser’s session is that of %s', async (_, expected, meanwhile) => {
  const open = await openUserService({}, PASSWORD)
  const { cookie } = await open.authorizations.sessions.start(open.signedIn())
  open.world.advance(1)
  await meanwhile(open)
  const request = {
    method: 'GET',
    path: '/',
    params: {},
    query: new URLSearchParams(),
    headers: { cookie: sessionHeaders(cookie)['set-cookie']?.split(';')[0] },
    body: new Uint8Array(),
    from: '192.0.2.7',
    base: BASE,
    id: 'one',
    log: silentLog,
  }
  expect((await signedInHere(open, request))?.user.userPrincipalName).toBe(expected)
})
