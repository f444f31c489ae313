import { describe, expect, it } from 'vitest'
import type { Tenant } from '../../src/domain/directory/types.ts'
import { type Client, EXCHANGE, GRAPH, AttackSetup } from './attack-setup.ts'

/** A second tenant with a person, and an app of the first that both know. */
async function twoTenants(): Promise<{ scene: AttackSetup; other: Tenant; shared: Client }> {
  const scene = await AttackSetup.open()
  const { directory } = scene.context
  const other = await directory.tenants.create('Fabrikam', 'fabrikam.test')
  await scene.person('bob@fabrikam.test', other.id)
  const shared = await scene.register({
    displayName: 'Shared',
    signInAudience: 'AzureADMultipleOrgs',
    properties: { isFallbackPublicClient: true },
  })
  await directory.servicePrincipals.create(other.id, { appId: shared.id })
  for (const tenant of [scene.context.tenant, other]) {
    const client = (await directory.servicePrincipals.find(tenant.id, { appId: shared.id }))!
    const resource = (await directory.servicePrincipals.findResource(tenant.id, EXCHANGE))!
    await directory.consents.grant(tenant.id, {
      client: client.id,
      consentType: 'AllPrincipals',
      user: undefined,
      resource: resource.id,
      scopes: ['IMAP.AccessAsUser.All'],
    })
  }
  return { scene, other, shared }
}

const codeFor = async (scene: AttackSetup, shared: Client): Promise<string> => scene.code({ client_id: shared.id })

describe('what one tenant gave is of no use in another', () => {
  it('a code', async () => {
    const { scene, other, shared } = await twoTenants()
    const form = { client_id: shared.id, client_secret: shared.secret }
    const answer = await scene.redeem(await codeFor(scene, shared), form, other.id)
    expect(answer.statusCode).toBe(400)
    expect(answer.json()).not.toHaveProperty('access_token')
  })

  it('a refresh token', async () => {
    const { scene, other, shared } = await twoTenants()
    const form = { client_id: shared.id, client_secret: shared.secret }
    const given = (await scene.redeem(await codeFor(scene, shared), form)).json<{ refresh_token: string }>()
    expect((await scene.refresh(given.refresh_token, form)).statusCode).toBe(200)
    const answer = await scene.refresh(given.refresh_token, form, other.id)
    expect(answer.statusCode).toBe(400)
    expect(answer.json()).not.toHaveProperty('access_token')
  })

  it('a device code', async () => {
    const { scene, other, shared } = await twoTenants()
    const { device_code, user_code } = await scene.device(shared)
    await scene.approve(user_code)
    const answer = await scene.poll(shared, device_code, other.id)
    expect(answer.statusCode).toBe(400)
    expect(answer.json()).not.toHaveProperty('access_token')
  })

  it('a device’s user code, to a person of another', async () => {
    const { scene, shared } = await twoTenants()
    const { device_code, user_code } = await scene.device(shared)
    const browser = scene.browser()
    const entered = await browser.submit(await browser.get('/devicelogin'), { code: user_code })
    const asked = await browser.submit(entered, {}, 'Continue')
    await scene.signIn(browser, asked, 'bob@fabrikam.test')
    expect((await scene.poll(shared, device_code)).statusCode).toBe(400)
  })

  it('a cookie', async () => {
    const { scene, shared } = await twoTenants()
    const browser = scene.browser()
    await scene.code({ client_id: shared.id }, browser)
    const { sentTo } = await browser.get(scene.authorizeUrl({ client_id: shared.id, prompt: 'none' }, 'fabrikam.test'))
    expect(sentTo?.searchParams.get('error')).toBe('interaction_required')
    expect(sentTo?.searchParams.has('code')).toBe(false)
  })

  it('a password', async () => {
    const { scene, shared } = await twoTenants()
    const browser = scene.browser()
    const page = await browser.get(scene.authorizeUrl({ client_id: shared.id }, 'fabrikam.test'))
    expect((await scene.signIn(browser, page, 'ada@contoso.test')).sentTo).toBeUndefined()
  })

  it('an access token', async () => {
    const { scene, other } = await twoTenants()
    const bearer = await scene.context.token(scene.context.admin, GRAPH)
    const theirs = (await scene.context.directory.users.find(other.id, 'bob@fabrikam.test'))!
    const answer = await scene.context.ask('GET', `/v1.0/users/${theirs.id}`, { bearer })
    expect(answer.statusCode).toBe(404)
    const all = (await scene.context.ask('GET', '/v1.0/users?$top=999', { bearer })).json<{ value: { id: string }[] }>()
    expect(all.value.map(({ id }) => id)).not.toContain(theirs.id)
  })

  it('an administrator’s consent', async () => {
    const { scene, other } = await twoTenants()
    const { directory } = scene.context
    const own = await scene.register({ displayName: 'Own', signInAudience: 'AzureADMyOrg' })
    const answer = await scene
      .browser()
      .get(
        `/${other.id}/adminconsent?${new URLSearchParams({ client_id: own.id, redirect_uri: 'https://app.test/answer' }).toString()}`,
      )
    expect(answer.text).toContain('AADSTS700016')
    expect(await directory.servicePrincipals.find(other.id, { appId: own.id })).toBeUndefined()
  })
})

it('an app that is for one organisation takes nobody through common', async () => {
  const { scene } = await twoTenants()
  const shown = await scene.browser().get(scene.authorizeUrl({}, 'common'))
  expect(shown.sentTo).toBeUndefined()
  expect(shown.text).toContain('AADSTS50194')
})
