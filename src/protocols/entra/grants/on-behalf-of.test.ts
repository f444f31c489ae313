import { describe, expect, it } from 'vitest'
import {
  claimsOf,
  errorCodeOf,
  openUserService,
  PASSWORD,
  type UserApp,
  type UserService,
  codeRequest,
} from '../../../../test/support/token-service.ts'
import { GRAPH } from '../../../../test/support/access.ts'
import { HOUR } from '../../../core/time.ts'

const api = (requestedAccessTokenVersion: 1 | 2) => ({
  requestedAccessTokenVersion,
  oauth2PermissionScopes: [
    {
      id: '00000000-0000-4000-8000-0000000000aa',
      value: 'access',
      type: 'User',
      isEnabled: true,
      adminConsentDisplayName: 'Use the API',
      adminConsentDescription: 'Use the API for the person',
    },
  ],
})

interface Stage {
  readonly open: UserService
  /** The app that the user uses. */
  readonly front: UserApp
  /** The API that it calls, and that calls Graph in turn. */
  readonly middle: UserApp
  readonly assertion: string
  readonly form: Record<string, string>
}

async function stage(version: 1 | 2 = 1, password?: string): Promise<Stage> {
  const open = await openUserService({}, password)
  const front = await open.app()
  const middle = await open.app({
    isPublic: false,
    identifierUris: ['api://middle'],
    properties: { api: api(version) },
  })
  await open.consent(front, 'api://middle', 'access')
  await open.consent(middle, GRAPH, 'User.Read')
  const code = await open.code(front, { scope: 'api://middle/access' })
  const assertion = (await open.ask(codeRequest(front, code))).json().access_token
  const form = {
    grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    client_id: middle.id,
    client_secret: middle.secret,
    assertion,
    requested_token_use: 'on_behalf_of',
    scope: 'openid offline_access User.Read',
  }
  return { open, front, middle, assertion, form }
}

describe('an app that was called for a person', () => {
  it.each([1, 2] as const)('calls another one for the same person, by a token of version %i', async (version) => {
    const { open, middle, assertion, form } = await stage(version)
    const shown = claimsOf(assertion)
    expect(shown).toMatchObject(
      version === 1 ? { ver: '1.0', aud: 'api://middle' } : { ver: '2.0', aud: middle.id, azpacr: '0' },
    )
    const body = (await open.ask(form)).json()
    expect(body).toMatchObject({ scope: 'User.Read openid', refresh_token: expect.any(String) })
    expect(claimsOf(body.access_token)).toMatchObject({
      aud: GRAPH,
      appid: middle.id,
      appidacr: '1',
      oid: open.user.id,
      scp: 'User.Read openid',
      sid: shown.sid,
    })
  })

  it('comes again with the refresh token that it got', async () => {
    const { open, middle, form } = await stage()
    const { refresh_token: token } = (await open.ask(form)).json()
    const again = {
      grant_type: 'refresh_token',
      client_id: middle.id,
      client_secret: middle.secret,
      refresh_token: token,
    }
    expect((await open.ask(again)).statusCode).toBe(200)
  })

  it('is let go on though the person changed the password within the second in which the token was issued', async () => {
    const { open, form } = await stage(1, PASSWORD)
    open.world.advance(1)
    await open.directory.users.changePassword(open.tenant.id, 'ada@contoso.test', PASSWORD, 'Another-Horse-8')
    expect((await open.ask(form)).statusCode).toBe(200)
  })

  it('is refused a person who is not assigned to the resource that it calls and that asks for it', async () => {
    const { open, form } = await stage()
    const { directory, tenant } = open
    const graph = (await directory.servicePrincipals.findResource(tenant.id, GRAPH))!
    await directory.servicePrincipals.update(tenant.id, graph.id, { appRoleAssignmentRequired: true })
    expect(errorCodeOf(await open.ask(form))).toBe(50105)
  })

  it('is refused a token that is its own, for no person', async () => {
    const { open, middle, form } = await stage()
    const own = {
      grant_type: 'client_credentials',
      client_id: middle.id,
      client_secret: middle.secret,
      scope: 'api://middle/.default',
    }
    const { access_token: assertion } = (await open.ask(own)).json()
    expect(errorCodeOf(await open.ask({ ...form, assertion }))).toBe(7000114)
  })

  it('is refused a token that was made out to another app', async () => {
    const { open, form } = await stage()
    const other = await open.app({ isPublic: false })
    await open.consent(other, GRAPH, 'User.Read')
    expect(errorCodeOf(await open.ask({ ...form, client_id: other.id, client_secret: other.secret }))).toBe(500131)
  })

  it('is refused a token for an app in the user’s tenant that has the same name as itself', async () => {
    const { open, form } = await stage()
    const { directory, tenant } = open
    const fabrikam = await directory.tenants.create('Fabrikam', 'fabrikam.test')
    const app = await directory.apps.create(fabrikam.id, {
      displayName: 'Same name',
      signInAudience: 'AzureADMultipleOrgs',
      identifierUris: ['api://middle'],
    })
    const principal = await directory.servicePrincipals.create(tenant.id, { appId: app.appId })
    const { value: secret } = await directory.apps.addSecret(fabrikam.id, app.id, {})
    await open.consent({ app, principal, id: app.appId, secret }, GRAPH, 'User.Read')
    expect(errorCodeOf(await open.ask({ ...form, client_id: app.appId, client_secret: secret }))).toBe(500131)
  })

  it('is refused a token that has ended', async () => {
    const { open, form } = await stage()
    open.world.advance(HOUR)
    expect(errorCodeOf(await open.ask(form))).toBe(500133)
  })

  it.each<[string, number, (form: Record<string, string>) => Record<string, string>]>([
    ['a token that was changed', 50013, ({ assertion = '' }) => ({ assertion: `${assertion.slice(0, -4)}AAAA` })],
    ['what is no token', 50013, () => ({ assertion: 'nonsense' })],
    ['no token', 900144, () => ({ assertion: '' })],
    ['another use of the token', 9002313, () => ({ requested_token_use: 'exchange' })],
    ['a token for no use', 900144, () => ({ requested_token_use: '' })],
    ['no secret', 7000218, () => ({ client_secret: '' })],
    ['a wrong secret', 7000215, () => ({ client_secret: 'wrong' })],
    ['no scope', 900144, () => ({ scope: '' })],
    ['a scope that the person did not consent to', 65001, () => ({ scope: 'Mail.Read' })],
  ])('is refused with %s', async (_, expected, change) => {
    const { open, form } = await stage()
    expect(errorCodeOf(await open.ask({ ...form, ...change(form) }))).toBe(expected)
  })
})
