import { describe, expect, it } from 'vitest'
import { directoryRole } from '../../src/core/well-known/directory-roles.ts'
import type { Page } from '../support/browser.ts'
import { type Client, GRAPH, PASSWORD, AttackSetup, WEB } from './attack-setup.ts'

const ADMINS_ONLY = `openid ${GRAPH}/Directory.ReadWrite.All`

const consentsTo = async ({ context }: AttackSetup, { principal }: Client): Promise<string[]> => {
  const { directory, tenant } = context
  const found = (await directory.servicePrincipals.find(tenant.id, { id: principal }))!
  return (await directory.consents.page(tenant.id, { limit: 100, where: { client: found.id } })).flatMap(
    ({ scopes }) => scopes,
  )
}

async function phished(scope: string): Promise<{ scene: AttackSetup; app: Client; shown: Page; post: Post }> {
  const scene = await AttackSetup.open()
  const app = await scene.register({ displayName: 'Free screensavers' })
  const browser = scene.browser()
  const shown = await scene.signIn(browser, await browser.get(scene.authorizeUrl({ client_id: app.id, scope })))
  const [form] = shown.forms.filter(({ action }) => action.endsWith('/consent'))
  return { scene, app, shown, post: (fields) => browser.post(form!.action, { ...form!.fields, ...fields }) }
}

type Post = (fields: Record<string, string>) => Promise<Page>

describe('an app that asks a person for what only an administrator can give', () => {
  it('shows the person a page that gives nothing', async () => {
    const { scene, app, shown } = await phished(ADMINS_ONLY)
    expect(shown.title).toBe('Administrator approval needed')
    expect(shown.forms.flatMap(({ buttons }) => buttons).map(({ value }) => value)).not.toContain('accept')
    expect(await consentsTo(scene, app)).toEqual([])
  })

  it.each([
    ['an answer that the page does not have', { answer: 'accept' }],
    ['an answer for everybody', { answer: 'accept', forAll: 'yes' }],
  ])('gets nothing by %s', async (_, fields) => {
    const { scene, app, post } = await phished(ADMINS_ONLY)
    const { sentTo } = await post(fields)
    expect(sentTo?.searchParams.has('code') ?? false).toBe(false)
    expect(await consentsTo(scene, app)).toEqual([])
  })

  it('gets nothing for everybody from somebody who may consent for one alone', async () => {
    const { scene, app, post } = await phished(`openid ${GRAPH}/User.Read`)
    const { sentTo } = await post({ answer: 'accept', forAll: 'yes' })
    expect(sentTo?.searchParams.has('code') ?? false).toBe(false)
    expect(await consentsTo(scene, app)).toEqual([])
  })

  it('gets nothing by the administrators’ endpoint', async () => {
    const scene = await AttackSetup.open()
    const app = await scene.register({ displayName: 'Free screensavers' })
    const browser = scene.browser()
    const query = new URLSearchParams({ client_id: app.id, redirect_uri: WEB, scope: `${GRAPH}/User.Read` })
    const shown = await scene.signIn(browser, await browser.get(`/contoso.test/v2.0/adminconsent?${query.toString()}`))
    expect(shown.title).toBe('Administrator approval needed')
    const [form] = shown.forms.filter(({ action }) => action.endsWith('/consent'))
    await browser.post(form!.action, { ...form!.fields, answer: 'accept' })
    expect(await consentsTo(scene, app)).toEqual([])
  })

  it('gets no application permission of Graph from an administrator of applications', async () => {
    const scene = await AttackSetup.open()
    const { directory, tenant } = scene.context
    const graph = (await directory.servicePrincipals.findResource(tenant.id, GRAPH))!
    const role = graph.appRoles.find(({ value }) => value === 'Directory.ReadWrite.All')!
    const app = await scene.register({
      displayName: 'Free screensavers',
      requiredResourceAccess: [{ resourceAppId: graph.appId, resourceAccess: [{ id: role.id, type: 'Role' }] }],
    })
    await directory.directoryRoles.assign(tenant.id, scene.ada.id, '9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3')
    const browser = scene.browser()
    const query = new URLSearchParams({ client_id: app.id, redirect_uri: WEB })
    const shown = await scene.signIn(browser, await browser.get(`/contoso.test/adminconsent?${query.toString()}`))
    const [form] = shown.forms.filter(({ action }) => action.endsWith('/consent'))
    await browser.post(form!.action, { ...form!.fields, answer: 'accept' })
    const principal = (await directory.servicePrincipals.find(tenant.id, { appId: app.id }))!
    expect(await directory.assignments.of(tenant.id, principal.id)).toEqual([])
  })
})

describe('an app that got a person’s consent', () => {
  it('gets no more at redemption than the code was for, where nobody consented to more', async () => {
    const scene = await AttackSetup.open()
    const code = await scene.code()
    const answer = await scene.redeem(code, { scope: `openid ${GRAPH}/Mail.Read` })
    expect([answer.statusCode, answer.json().error]).toEqual([400, 'invalid_grant'])
  })

  it('does for the person what the person may, and not what the scope alone would let it', async () => {
    const scene = await AttackSetup.open()
    const app = await scene.register({ displayName: 'Helpful', properties: { isFallbackPublicClient: true } })
    await scene.consent(
      app,
      GRAPH,
      'Directory.ReadWrite.All',
      'User.ReadWrite.All',
      'RoleManagement.ReadWrite.Directory',
    )
    const given = await scene.post({
      grant_type: 'password',
      client_id: app.id,
      username: 'ada@contoso.test',
      password: PASSWORD,
      scope: `${GRAPH}/.default`,
    })
    const { access_token: bearer } = given.json<{ access_token: string }>()
    const { ask, directory, tenant } = { ...scene.context, ask: scene.context.ask.bind(scene.context) }
    const payload = {
      roleDefinitionId: directoryRole.globalAdministrator,
      principalId: scene.ada.id,
      directoryScopeId: '/',
    }
    const attempts = [
      await ask('POST', '/v1.0/roleManagement/directory/roleAssignments', { bearer, payload }),
      await ask('POST', '/v1.0/applications', { bearer, payload: { displayName: 'Mine' } }),
      await ask('PATCH', `/v1.0/users/${scene.ada.id}`, { bearer, payload: { accountEnabled: false } }),
      await scene.context.invoke('Get-Mailbox', {}, { bearer }),
    ]
    expect(attempts.map(({ statusCode }) => statusCode)).toEqual([403, 403, 403, 401])
    expect(await directory.directoryRoles.of(tenant.id, scene.ada.id)).toEqual([])
  })

  it('loses it at once when it is taken back, in what is renewed', async () => {
    const scene = await AttackSetup.open()
    const { refresh_token } = (await scene.redeem(await scene.code())).json<{ refresh_token: string }>()
    const { directory, tenant } = scene.context
    const principal = (await directory.servicePrincipals.find(tenant.id, { appId: scene.mailer.id }))!
    for (const { id } of await directory.consents.page(tenant.id, { limit: 100, where: { client: principal.id } }))
      await directory.consents.remove(tenant.id, id)
    expect((await scene.refresh(refresh_token)).json()).toMatchObject({ error_codes: [65001] })
  })

  it('cannot call itself what it is not: the page says its id and whose it is', async () => {
    const scene = await AttackSetup.open()
    const app = await scene.register({ displayName: 'Microsoft <b>Office</b>' })
    const browser = scene.browser()
    const query = { client_id: app.id, scope: `openid ${GRAPH}/User.Read` }
    const shown = await scene.signIn(browser, await browser.get(scene.authorizeUrl(query)))
    expect(shown.text).toContain(app.id)
    expect(shown.text).toContain('Contoso (your organization)')
    expect(shown.body).not.toContain('<b>Office</b>')
  })
})
