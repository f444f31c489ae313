import { describe, expect, it } from 'vitest'
import {
  claimsOf,
  errorCodeOf,
  openUserService,
  type UserApp,
  type UserService,
} from '../../../../test/support/token-service.ts'
import { GRAPH, BASE, EXCHANGE } from '../../../../test/support/access.ts'
import { MINUTE } from '../../../core/time.ts'

const scope = 'openid offline_access User.Read'

interface Stage {
  readonly open: UserService
  readonly app: UserApp
  readonly start: (
    form?: Record<string, string>,
    further?: Parameters<UserService['ask']>[1],
  ) => ReturnType<UserService['ask']>
  readonly poll: (deviceCode: string, further?: Record<string, string>) => ReturnType<UserService['ask']>
  /** The user types the code and signs in. */
  readonly approve: (userCode: string) => Promise<boolean>
}

async function stage(given: Parameters<UserService['app']>[0] = {}): Promise<Stage> {
  const open = await openUserService()
  const app = await open.app(given)
  await open.consent(app, GRAPH, 'User.Read')
  return {
    open,
    app,
    start: (form = {}, further = {}) =>
      open.ask({ client_id: app.id, scope, ...form }, { endpoint: 'v2.0/devicecode', ...further }),
    poll: (deviceCode, further = {}) =>
      open.ask({
        grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
        client_id: app.id,
        device_code: deviceCode,
        ...further,
      }),
    async approve(userCode) {
      const { devices } = open.authorizations
      const waiting = await devices.waiting(userCode)
      if (!waiting) return false
      const { appId, scope: asked, resource } = waiting
      return devices.approve(userCode, { signedIn: open.signedIn(), appId, scope: asked, resource, nonce: undefined })
    },
  }
}

describe('a device without a browser', () => {
  it('is given a code for itself and one for a person to type', async () => {
    const { start } = await stage()
    const answer = await start()
    expect(answer.statusCode).toBe(200)
    expect(answer.headers['cache-control']).toBe('no-store, no-cache')
    const body = answer.json()
    expect(body).toEqual({
      device_code: expect.stringMatching(/^1\.A/),
      user_code: expect.stringMatching(/^[A-Z2-9]{9}$/),
      verification_uri: `${BASE}/devicelogin`,
      expires_in: 900,
      interval: 5,
      message: `To sign in, use a web browser to open the page ${BASE}/devicelogin and enter the code ${body.user_code} to authenticate.`,
    })
  })

  it('is told to wait until somebody signed in, and then gets tokens once', async () => {
    const { open, start, poll, approve } = await stage()
    const { device_code: code, user_code: typed } = (await start()).json()
    expect((await poll(code)).json()).toMatchObject({ error: 'authorization_pending', error_codes: [70016] })
    // However it is typed.
    expect(await approve(` ${typed.slice(0, 4).toLowerCase()}-${typed.slice(4)} `)).toBe(true)
    const body = (await poll(code, { client_info: '1' })).json()
    expect(body).toMatchObject({
      scope: 'User.Read openid',
      refresh_token: expect.any(String),
      id_token: expect.any(String),
      client_info: expect.any(String),
    })
    expect(claimsOf(body.access_token)).toMatchObject({ oid: open.user.id, appidacr: '0' })
    expect(errorCodeOf(await poll(code))).toBe(54005)
  })

  it('gets them for one of two questions that come at once', async () => {
    const { start, poll, approve } = await stage()
    const { device_code: code, user_code: typed } = (await start()).json()
    await approve(typed)
    const answers = await Promise.all([poll(code), poll(code)])
    expect(new Set(answers.map((answer) => answer.statusCode))).toEqual(new Set([200, 400]))
  })

  it('is told that the person said no', async () => {
    const { open, start, poll } = await stage()
    const { device_code: code, user_code: typed } = (await start()).json()
    await open.authorizations.devices.decline(typed)
    expect((await poll(code)).json().error).toBe('authorization_declined')
  })

  it('is told after fifteen minutes to start over, and nobody can sign in for it any more', async () => {
    const { open, start, poll, approve } = await stage()
    const { device_code: code, user_code: typed } = (await start()).json()
    open.world.advance(15 * MINUTE)
    expect(await approve(typed)).toBe(false)
    expect((await poll(code)).json()).toMatchObject({ error: 'expired_token', error_codes: [70019] })
  })

  it('is told to slow down when it asks far more often than it was told, and is heard again when it does', async () => {
    const { open, start, poll } = await stage()
    const { device_code: code } = (await start()).json()
    for (let times = 0; times < 20; times++) {
      open.world.advance(5000)
      expect((await poll(code)).json().error).toBe('authorization_pending')
    }
    const hurried = []
    for (let times = 0; times < 60; times++) hurried.push((await poll(code)).json().error)
    expect(hurried.at(-1)).toBe('slow_down')
    open.world.advance(5 * MINUTE)
    expect((await poll(code)).json().error).toBe('authorization_pending')
  })

  it('starts at the v1 endpoint with a resource, where every value is a text', async () => {
    const { app, open, start, approve } = await stage()
    const body = (await start({ resource: GRAPH }, { endpoint: 'devicecode' })).json()
    expect(body).toMatchObject({ verification_url: `${BASE}/devicelogin`, expires_in: '900', interval: '5' })
    await approve(body.user_code)
    const polling = { grant_type: 'device_code', client_id: app.id, code: body.device_code }
    const answer = await open.ask(polling, { endpoint: 'token' })
    expect(answer.json()).toMatchObject({ resource: GRAPH, refresh_token: expect.any(String) })
  })

  it('comes with a code that is nobody’s, or another app’s', async () => {
    const { open, start, poll } = await stage()
    const { device_code: code } = (await start()).json()
    const other = await open.app()
    expect((await poll('nonsense')).json()).toMatchObject({ error: 'bad_verification_code', error_codes: [70018] })
    expect(errorCodeOf(await poll(code, { client_id: other.id }))).toBe(70018)
  })

  it('shows a secret where the app is no public client, and none where it is', async () => {
    const { app, start, poll } = await stage({ isPublic: false })
    const { device_code: code } = (await start()).json()
    expect(errorCodeOf(await poll(code))).toBe(7000218)
    expect(errorCodeOf(await poll(code, { client_secret: app.secret }))).toBe(70016)
    const open = await stage()
    const waiting = (await open.start()).json().device_code
    expect(errorCodeOf(await open.poll(waiting, { client_secret: open.app.secret }))).toBe(700025)
  })

  it.each<[string, string, number | undefined]>([
    ['organizations', 'AzureADMultipleOrgs', undefined],
    ['common', 'AzureADandPersonalMicrosoftAccount', undefined],
    ['common', 'AzureADMultipleOrgs', 90133],
    ['consumers', 'AzureADandPersonalMicrosoftAccount', 90133],
    ['organizations', 'AzureADMyOrg', 50194],
  ])('starts at /%s with an app for %s', async (tenant, signInAudience, expected) => {
    const { start } = await stage({ signInAudience })
    expect(errorCodeOf(await start({}, { tenant }))).toBe(expected)
  })

  it.each<[string, number, Record<string, string>]>([
    ['without an app', 900144, { client_id: '' }],
    ['without a scope', 900144, { scope: '' }],
    ['with an app that there is not', 700016, { client_id: '00000000-0000-4000-8000-000000000000' }],
    ['with a scope that is malformed', 70011, { scope: 'User.Read "x"' }],
  ])('does not start %s', async (_, expected, form) => {
    const { start } = await stage()
    expect(errorCodeOf(await start(form))).toBe(expected)
  })

  it.each(['GET', 'PUT', 'OPTIONS'] as const)('starts with POST and not with %s', async (method) => {
    const { open } = await stage()
    const answer = await open.http.inject({ method, url: `/${open.tenant.id}/oauth2/v2.0/devicecode` })
    expect(errorCodeOf(answer)).toBe(900561)
  })

  it('is refused what the person who signed in for it did not consent to', async () => {
    const { start, poll, approve } = await stage()
    const { device_code: code, user_code: typed } = (
      await start({ scope: `${EXCHANGE}/SMTP.Send offline_access` })
    ).json()
    await approve(typed)
    expect(errorCodeOf(await poll(code))).toBe(65001)
  })
})
