import { describe, expect, it } from 'vitest'
import { MINUTE } from '../../src/core/time.ts'
import { type Client, codeOf, GRAPH, AttackSetup, SCOPE, VERIFIER } from './attack-setup.ts'

interface Tokens {
  readonly access_token: string
  readonly refresh_token: string
}

const aDeviceApp = async (scene: AttackSetup): Promise<Client> => {
  const client = await scene.register({ displayName: 'A device', properties: { isFallbackPublicClient: true } })
  await scene.consent(client, 'https://outlook.office365.com', 'IMAP.AccessAsUser.All')
  return client
}

describe('a stolen authorization code', () => {
  it('is redeemed once, and its second redemption ends what came of the first', async () => {
    const scene = await AttackSetup.open()
    const code = await scene.code()
    const first = (await scene.redeem(code)).json<Tokens>()
    expect((await scene.refresh(first.refresh_token)).statusCode).toBe(200)
    expect(codeOf(await scene.redeem(code))).toBe(54005)
    expect((await scene.refresh(first.refresh_token)).statusCode).toBe(400)
  })

  it('is redeemed by one at most of many that come at once', async () => {
    const scene = await AttackSetup.open()
    const code = await scene.code()
    const answers = await Promise.all(Array.from({ length: 8 }, () => scene.redeem(code)))
    expect(answers.filter(({ statusCode }) => statusCode === 200).length).toBeLessThanOrEqual(1)
  })

  it('is of no use to another app, with its own secret or none', async () => {
    const scene = await AttackSetup.open()
    const thief = await scene.register({ displayName: 'Thief' })
    const code = await scene.code()
    expect(codeOf(await scene.redeem(code, { client_id: thief.id, client_secret: thief.secret }))).toBe(70000)
    expect((await scene.redeem(code, { client_id: thief.id, client_secret: '' })).statusCode).toBe(401)
    expect((await scene.redeem(code)).statusCode).toBe(200)
  })

  it('is of no use without the secret of its app', async () => {
    const scene = await AttackSetup.open()
    const code = await scene.code()
    expect(codeOf(await scene.redeem(code, { client_secret: '' }))).toBe(7000218)
    expect(codeOf(await scene.redeem(code, { client_secret: 'guessed' }))).toBe(7000215)
  })

  it.each([
    ['another registered one', 'https://spa.test/answer'],
    ['a longer one', 'https://app.test/answer/'],
    ['none', ''],
  ])('is of no use with %s for its redirect URI', async (_, redirect_uri) => {
    const scene = await AttackSetup.open()
    const answer = await scene.redeem(await scene.code(), { redirect_uri })
    expect(answer.statusCode).toBeGreaterThanOrEqual(400)
    expect(answer.json()).not.toHaveProperty('access_token')
  })

  it('is over after ten minutes', async () => {
    const scene = await AttackSetup.open()
    const code = await scene.code()
    scene.context.world.advance(10 * MINUTE)
    expect(codeOf(await scene.redeem(code))).toBe(70008)
  })
})

describe('a downgrade of PKCE', () => {
  it.each([
    ['no verifier for a challenge', {}, { code_verifier: '' }, 50147],
    ['another verifier', {}, { code_verifier: 'x'.repeat(43) }, 501481],
    ['the challenge for a verifier', {}, { code_verifier: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM' }, 501481],
    ['a verifier where none was announced', { code_challenge: '', code_challenge_method: '' }, {}, 501481],
  ])('is refused: %s', async (_, query, changes, code) => {
    const scene = await AttackSetup.open()
    const answer = await scene.redeem(await scene.code(query), changes)
    expect([answer.statusCode, codeOf(answer)]).toEqual([400, code])
  })

  it('is refused: a plain challenge that was announced as S256', async () => {
    const scene = await AttackSetup.open()
    const code = await scene.code({ code_challenge: VERIFIER, code_challenge_method: 'S256' })
    expect(codeOf(await scene.redeem(code))).toBe(501481)
  })

  it('is refused: a single-page application without a challenge', async () => {
    const scene = await AttackSetup.open()
    const query = { redirect_uri: 'https://spa.test/answer', code_challenge: '', code_challenge_method: '' }
    const { sentTo } = await scene.browser().get(scene.authorizeUrl(query))
    expect(sentTo?.searchParams.get('error_description')).toContain('AADSTS9002325')
  })
})

describe('a device code', () => {
  it('gives tokens once', async () => {
    const scene = await AttackSetup.open()
    const client = await aDeviceApp(scene)
    const { device_code, user_code } = await scene.device(client)
    await scene.approve(user_code)
    expect((await scene.poll(client, device_code)).statusCode).toBe(200)
    expect((await scene.poll(client, device_code)).statusCode).toBe(400)
  })

  it('is of no use to another app', async () => {
    const scene = await AttackSetup.open()
    const [client, thief] = [await aDeviceApp(scene), await aDeviceApp(scene)]
    const { device_code, user_code } = await scene.device(client)
    await scene.approve(user_code)
    expect(codeOf(await scene.poll(thief, device_code))).toBe(70018)
    expect((await scene.poll(client, device_code)).statusCode).toBe(200)
  })

  it('is approved once: its user code is nobody’s afterwards', async () => {
    const scene = await AttackSetup.open()
    const { user_code } = await scene.device(await aDeviceApp(scene))
    await scene.approve(user_code)
    const browser = scene.browser()
    const again = await browser.submit(await browser.get('/devicelogin'), { code: user_code })
    expect(again.text).toContain('The code is wrong or has expired')
  })

  it('cannot be had from a user code, nor the other way round', async () => {
    const scene = await AttackSetup.open()
    const client = await aDeviceApp(scene)
    const { device_code, user_code } = await scene.device(client)
    expect(codeOf(await scene.poll(client, user_code))).toBe(70018)
    const browser = scene.browser()
    const shown = await browser.submit(await browser.get('/devicelogin'), { code: device_code })
    expect(shown.text).toContain('The code is wrong or has expired')
  })
})

const stolen = async (flags = {}): Promise<{ scene: AttackSetup; token: string }> => {
  const scene = await AttackSetup.open(flags)
  const { refresh_token } = (await scene.redeem(await scene.code())).json<Tokens>()
  return { scene, token: refresh_token }
}

describe('a stolen refresh token', () => {
  it('is of no use to another app, nor without the secret of its own', async () => {
    const { scene, token } = await stolen()
    const thief = await scene.register({ displayName: 'Thief' })
    const asThief = await scene.refresh(token, { client_id: thief.id, client_secret: thief.secret })
    expect(codeOf(asThief)).toBe(70000)
    expect(codeOf(await scene.refresh(token, { client_secret: '' }))).toBe(7000218)
  })

  it('is detected when reuse is revoked: the second use ends it for both', async () => {
    const { scene, token } = await stolen({ 'entra.refresh_token_reuse': 'revoke' })
    const thief = (await scene.refresh(token)).json<Tokens>()
    expect((await scene.refresh(token)).statusCode).toBe(400)
    expect((await scene.refresh(thief.refresh_token)).statusCode).toBe(400)
  })

  it('gets no scope that nobody consented to', async () => {
    const { scene, token } = await stolen()
    for (const scope of [
      'https://outlook.office365.com/Mail.ReadWrite',
      `${GRAPH}/User.Read`,
      `${GRAPH}/Directory.ReadWrite.All`,
      `${SCOPE} https://outlook.office365.com/SMTP.Send`,
    ]) {
      const answer = await scene.refresh(token, { scope })
      expect([scope, answer.statusCode, codeOf(answer)]).toEqual([scope, 400, 65001])
    }
  })

  it('gets no application permission by .default', async () => {
    const { scene, token } = await stolen()
    const { directory, tenant } = scene.context
    const exchange = (await directory.servicePrincipals.findResource(tenant.id, 'https://outlook.office365.com'))!
    const role = exchange.appRoles.find(({ value }) => value === 'full_access_as_app')!
    const assignment = { principal: scene.mailer.principal, resource: exchange.id, appRoleId: role.id }
    await directory.assignments.create(tenant.id, assignment)
    const answer = await scene.refresh(token, { scope: 'https://outlook.office365.com/.default' })
    const claims = JSON.parse(
      Buffer.from(answer.json<Tokens>().access_token.split('.')[1]!, 'base64url').toString(),
    ) as Record<string, unknown>
    expect(claims).toMatchObject({ scp: 'IMAP.AccessAsUser.All' })
    expect(claims).not.toHaveProperty('roles')
  })

  it('ends when the person’s account is switched off', async () => {
    const { scene, token } = await stolen()
    const { directory, tenant } = scene.context
    await directory.users.update(tenant.id, scene.ada.id, { accountEnabled: false })
    expect(codeOf(await scene.refresh(token))).toBe(50057)
  })
})

it('an assertion that a certificate signed is no code, no refresh token and no token of a person', async () => {
  const scene = await AttackSetup.open()
  const answer = await scene.post({
    grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    requested_token_use: 'on_behalf_of',
    client_id: scene.mailer.id,
    client_secret: scene.mailer.secret,
    assertion: await scene.context.token(),
    scope: `${GRAPH}/User.Read`,
  })
  expect(answer.statusCode).toBe(400)
  expect(answer.json()).not.toHaveProperty('access_token')
})
