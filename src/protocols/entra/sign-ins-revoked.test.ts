import { describe, expect, it } from 'vitest'
import {
  errorCodeOf,
  openUserService,
  type UserApp,
  type UserService,
  REDIRECT,
  codeRequest,
} from '../../../test/support/token-service.ts'
import { GRAPH } from '../../../test/support/access.ts'

/** Everything that may be on its way, or given, when a person's sign-ins are revoked. */
async function underway(open: UserService, app: UserApp) {
  const { devices, refreshTokens } = open.authorizations
  const signedIn = open.signedIn()
  const authorization = { signedIn, appId: app.app.appId, scope: 'User.Read', resource: undefined, nonce: undefined }
  const device = await devices.start({ ...authorization, tenant: undefined, from: '192.0.2.7' })
  await devices.approve(device.userCode, authorization)
  const web = { client_secret: app.secret, redirect_uri: REDIRECT.web }
  const confidential = { ...authorization, singlePage: false, confidential: true }
  const { token } = (await refreshTokens.issue(confidential))!
  return {
    'a code': codeRequest(app, await open.code(app)),
    'the code of an app that proves who it is': {
      ...codeRequest(app, await open.code(app, { redirectUri: REDIRECT.web })),
      ...web,
    },
    'an answered device': {
      grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
      client_id: app.id,
      device_code: device.deviceCode,
    },
    'a refresh token of an app that proves who it is': {
      grant_type: 'refresh_token',
      client_id: app.id,
      client_secret: app.secret,
      refresh_token: token,
    },
  }
}

describe('when a person’s sign-ins are revoked', () => {
  it('all that goes back to them is refused, given or on its way, and what comes of a new one is not', async () => {
    const open = await openUserService()
    const app = await open.app()
    await open.consent(app, GRAPH, 'User.Read')
    const before = await underway(open, app)
    await open.directory.users.revokeSignIns(open.tenant.id, open.user.id)
    open.world.advance(1)
    const after = await underway(open, app)
    for (const [what, form] of Object.entries(before))
      expect([what, errorCodeOf(await open.ask(form))]).toEqual([what, 50173])
    for (const [what, form] of Object.entries(after)) {
      expect([what, (await open.ask(form)).statusCode]).toEqual([what, 200])
    }
  })
})
