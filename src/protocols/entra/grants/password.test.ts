import { describe, expect, it } from 'vitest'
import {
  claimsOf,
  errorCodeOf,
  openUserService,
  PASSWORD,
  type UserApp,
} from '../../../../test/support/token-service.ts'
import { GRAPH } from '../../../../test/support/access.ts'

const asking = (app: UserApp, further: Record<string, string> = {}): Record<string, string> => ({
  grant_type: 'password',
  client_id: app.id,
  username: 'ada@contoso.test',
  password: PASSWORD,
  scope: 'openid offline_access User.Read',
  ...further,
})

async function stage(given: Parameters<Awaited<ReturnType<typeof openUserService>>['app']>[0] = {}) {
  const open = await openUserService({ ropc: true }, PASSWORD)
  const app = await open.app(given)
  await open.consent(app, GRAPH, 'User.Read')
  return { open, app }
}

describe('a program with a person’s password', () => {
  it('is refused unless a setting lets it, and the password is not looked at', async () => {
    const open = await openUserService()
    expect((await open.ask(asking(await open.app()))).json()).toMatchObject({
      error: 'unsupported_grant_type',
      error_codes: [70003],
    })
  })

  it('gets tokens for the person', async () => {
    const { open, app } = await stage()
    const body = (await open.ask(asking(app, { client_info: '1' }))).json()
    expect(body).toMatchObject({
      scope: 'User.Read openid',
      refresh_token: expect.any(String),
      id_token: expect.any(String),
      client_info: expect.any(String),
    })
    expect(claimsOf(body.access_token)).toMatchObject({ amr: ['pwd'], oid: open.user.id, appidacr: '0' })
  })

  it('may come to /organizations, where the name decides the tenant', async () => {
    const { open, app } = await stage({ signInAudience: 'AzureADMultipleOrgs' })
    const answer = await open.ask(asking(app), { tenant: 'organizations' })
    expect(claimsOf(answer.json().access_token).tid).toBe(open.tenant.id)
  })

  it('shows its secret where it is no public client', async () => {
    const { open, app } = await stage({ isPublic: false })
    expect(errorCodeOf(await open.ask(asking(app)))).toBe(7000218)
    expect((await open.ask(asking(app, { client_secret: app.secret }))).statusCode).toBe(200)
  })

  it('is refused for a user who is not assigned to an app that requires it, also with the refresh token', async () => {
    const { open, app } = await stage()
    const { directory, tenant, user } = open
    const { refresh_token = '' } = (await open.ask(asking(app))).json()
    await directory.servicePrincipals.update(tenant.id, app.principal.id, { appRoleAssignmentRequired: true })
    const again = { grant_type: 'refresh_token', client_id: app.id, refresh_token }
    expect(errorCodeOf(await open.ask(asking(app)))).toBe(50105)
    expect(errorCodeOf(await open.ask(again))).toBe(50105)
    const everyRole = '00000000-0000-0000-0000-000000000000'
    const principal = { principal: user.id, resource: app.principal.id, appRoleId: everyRole }
    await directory.assignments.create(tenant.id, principal)
    expect((await open.ask(asking(app))).statusCode).toBe(200)
  })

  it('is refused for a user who is not assigned to a resource that requires it, also with a refresh token', async () => {
    const { open, app } = await stage()
    const { directory, tenant, user } = open
    const { refresh_token = '' } = (await open.ask(asking(app))).json()
    const resource = (await directory.servicePrincipals.findResource(tenant.id, GRAPH))!
    await directory.servicePrincipals.update(tenant.id, resource.id, { appRoleAssignmentRequired: true })
    const again = { grant_type: 'refresh_token', client_id: app.id, refresh_token }
    const refused = await open.ask(asking(app))
    expect(errorCodeOf(refused)).toBe(50105)
    expect(refused.json().error_description).toContain(resource.appId)
    expect(errorCodeOf(await open.ask(again))).toBe(50105)
    const everyRole = '00000000-0000-0000-0000-000000000000'
    await directory.assignments.create(tenant.id, { principal: user.id, resource: resource.id, appRoleId: everyRole })
    expect((await open.ask(asking(app))).statusCode).toBe(200)
    expect((await open.ask(again)).statusCode).toBe(200)
  })

  it('comes to the v1 endpoint with a resource', async () => {
    const { open, app } = await stage()
    const answer = await open.ask(asking(app, { resource: GRAPH }), { endpoint: 'token' })
    expect(answer.json()).toMatchObject({ resource: GRAPH, refresh_token: expect.any(String) })
  })

  it('is refused a person who guessed wrong too often, whatever comes then', async () => {
    const { open, app } = await stage()
    for (let times = 0; times < 20; times++) await open.ask(asking(app, { password: `wrong ${times}` }))
    expect(errorCodeOf(await open.ask(asking(app)))).toBe(50053)
  })

  it.each<[string, number, { disabled?: true; password?: string; mustChangePassword?: true }]>([
    ['who is disabled', 50057, { disabled: true, password: PASSWORD }],
    ['who has no password', 50056, {}],
    ['who has to change the password first', 50055, { password: PASSWORD, mustChangePassword: true }],
  ])('is refused a person %s', async (_, expected, { disabled, ...given }) => {
    const { open, app } = await stage()
    await open.directory.users.create(open.tenant.id, {
      userPrincipalName: 'bob@contoso.test',
      displayName: 'Bob',
      mailNickname: 'bob',
      accountEnabled: disabled !== true,
      ...given,
    })
    expect(errorCodeOf(await open.ask(asking(app, { username: 'bob@contoso.test' })))).toBe(expected)
  })

  it.each<[string, number, Record<string, string>, string?]>([
    ['with the wrong password', 50126, { password: 'wrong' }],
    ['for a person who is not there', 50034, { username: 'nobody@contoso.test' }],
    ['for a person of no tenant', 50034, { username: 'ada@nowhere.test' }, 'organizations'],
    ['without a password', 900144, { password: '' }],
    ['without a user name', 900144, { username: '' }],
    ['without a scope', 900144, { scope: '' }],
    ['for what nobody consented to', 65001, { scope: 'Mail.Read' }],
    ['at /common', 9001023, {}, 'common'],
    ['at /consumers', 9001023, {}, 'consumers'],
  ])('is refused %s', async (_, expected, further, tenant) => {
    const { open, app } = await stage({ signInAudience: 'AzureADMultipleOrgs' })
    const answer = await open.ask(asking(app, further), tenant === undefined ? {} : { tenant })
    expect(errorCodeOf(answer)).toBe(expected)
    expect(answer.body).not.toContain(PASSWORD)
  })
})

it.each([
  ['a wrong password', { password: 'wrong' }, 50126],
  ['the right one', {}, 0],
])('a program with %s leaves a record of the person', async (_, further, errorCode) => {
  const { open, app } = await stage({ signInAudience: 'AzureADMultipleOrgs' })
  await open.ask(asking(app, further), { tenant: 'organizations' })
  await open.signIns.settled()
  expect((await open.signIns.recent(open.tenant.id, 1))[0]).toMatchObject({
    errorCode,
    tenant: open.tenant.id,
    user: { id: open.user.id, userPrincipalName: 'ada@contoso.test' },
  })
})

describe('the realm of a user name', () => {
  it.each([
    ['ada@contoso.test', { account_type: 'Managed', domain_name: 'contoso.test' }],
    ['nobody@CONTOSO.test', { account_type: 'Managed', domain_name: 'contoso.test' }],
    ['ada@nowhere.test', { account_type: 'Unknown' }],
    ['contoso.test', { account_type: 'Unknown' }],
  ])('of %s is told by its domain alone', async (name, expected) => {
    const { http } = await openUserService()
    const answer = await http.inject(`/common/userrealm/${name}?api-version=1.0`)
    expect(answer.statusCode).toBe(200)
    expect(answer.json()).toMatchObject({ ver: '1.0', ...expected })
  })
})
