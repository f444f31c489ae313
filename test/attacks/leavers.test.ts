import { describe, expect, it } from 'vitest'
import { GRAPH, AttackSetup } from './attack-setup.ts'

interface Given {
  readonly access_token: string
  readonly refresh_token: string
}

/** Somebody who signed in, and keeps all that the sign-in gave. */
async function leaver() {
  const scene = await AttackSetup.open()
  await scene.consent(scene.mailer, GRAPH, 'User.Read')
  const browser = scene.browser()
  const scope = `openid offline_access ${GRAPH}/User.Read`
  const given = (await scene.redeem(await scene.code({ scope }, browser))).json<Given>()
  const code = await scene.code({ scope, prompt: 'login' }, scene.browser())
  return {
    scene,
    /** Tries a token, a refresh token, an unredeemed code and a browser, and returns which of them still work. */
    works: async () => ({
      token: (await scene.context.ask('GET', '/v1.0/me', { bearer: given.access_token })).statusCode === 200,
      refresh: (await scene.refresh(given.refresh_token, { scope })).statusCode === 200,
      code: (await scene.redeem(code)).statusCode === 200,
      browser:
        (await browser.get(scene.authorizeUrl({ scope, prompt: 'none' }))).sentTo?.searchParams.has('code') ?? false,
    }),
  }
}

const nothing = { token: false, refresh: false, code: false, browser: false }

describe('a user who signed in before', () => {
  it('keeps everything while nothing happens', async () => {
    const { works } = await leaver()
    expect(await works()).toEqual({ token: true, refresh: true, code: true, browser: true })
  })

  it('has nothing left once the account is switched off', async () => {
    const { scene, works } = await leaver()
    const { directory, tenant } = scene.context
    await directory.users.update(tenant.id, scene.ada.id, { accountEnabled: false })
    expect(await works()).toEqual(nothing)
  })

  it('has nothing left once the account is gone, also when somebody gets its name', async () => {
    const { scene, works } = await leaver()
    const { directory, tenant } = scene.context
    await directory.users.remove(tenant.id, scene.ada.id)
    expect(await works()).toEqual(nothing)
    await scene.person('ada@contoso.test')
    expect(await works()).toEqual(nothing)
  })

  it('has nothing left of an app that was switched off in the tenant', async () => {
    const { scene, works } = await leaver()
    const { directory, tenant } = scene.context
    const principal = (await directory.servicePrincipals.find(tenant.id, { appId: scene.mailer.id }))!
    await directory.servicePrincipals.update(tenant.id, principal.id, { accountEnabled: false })
    expect(await works()).toEqual(nothing)
  })

  it('has nothing left of an app that was removed', async () => {
    const { scene, works } = await leaver()
    await scene.context.directory.apps.remove(scene.context.tenant.id, scene.mailer.app.id)
    expect(await works()).toEqual(nothing)
  })

  it('is signed out of browsers by a new password', async () => {
    const { scene, works } = await leaver()
    const { directory, tenant, world } = scene.context
    world.advance(1000)
    await directory.users.update(tenant.id, scene.ada.id, { password: 'Difference-Engine-1822' })
    expect(await works()).toMatchObject({ browser: false })
  })
})
