import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MINUTE } from '../../src/core/time.ts'
import { hasChromium, PersonAtBrowser, signIn } from './browser.ts'
import { claimsOf, EXCHANGE, GRAPH, type IdentityServer, openIdentityServer } from './identity-server.ts'
import { Program } from './program.ts'

interface Got {
  readonly accessToken: string
  readonly expiresOnTimestamp: number
}

describe('@azure/identity, unmodified', () => {
  let stage: IdentityServer
  beforeAll(async () => {
    stage = await openIdentityServer()
  })
  afterAll(() => stage.close())

  const start = (job: string, env: Record<string, string>): Program =>
    Program.node('azure-identity.ts', job, { ...stage.env, CLIENT_ID: stage.program.clientId, ...env })

  it('gets a token with a client secret', async () => {
    const env = { CLIENT_SECRET: stage.program.secret, SCOPES: `${EXCHANGE}/.default` }
    const { accessToken, expiresOnTimestamp } = await start('secret', env).gets<Got>()
    expect(claimsOf(accessToken)).toMatchObject({
      aud: EXCHANGE,
      appid: stage.program.clientId,
      oid: stage.program.servicePrincipal,
      appidacr: '1',
      ver: '1.0',
    })
    expect(expiresOnTimestamp).toBeGreaterThan(Date.now() + 55 * MINUTE)
  })

  it('gets a token with a client certificate', async () => {
    const { accessToken } = await start('certificate', { SCOPES: `${GRAPH}/.default` }).gets<Got>()
    expect(claimsOf(accessToken)).toMatchObject({ aud: GRAPH, appid: stage.program.clientId, appidacr: '2' })
  })

  it('is told that its secret is wrong', async () => {
    const env = { CLIENT_SECRET: 'wrong', SCOPES: `${EXCHANGE}/.default` }
    const { name, message } = await start('secret', env).fails<{ name: string; message: string }>()
    expect(name).toBe('AuthenticationRequiredError')
    expect(message).toContain('AADSTS7000215: Invalid client secret provided.')
  })

  it.runIf(hasChromium)('signs a person in by a device code', async () => {
    const program = start('device', { CLIENT_ID: stage.nativeApp, SCOPES: `${EXCHANGE}/IMAP.AccessAsUser.All` })
    const { userCode, verificationUri, message } = await program.asks<{
      userCode: string
      verificationUri: string
      message: string
    }>()
    expect(message).toContain(userCode)
    const person = await PersonAtBrowser.start()
    const page = await person.visit(verificationUri)
    await page.locator('input[name=code]').fill(userCode)
    await page.getByRole('button', { name: 'Next' }).click()
    await page.getByRole('button', { name: 'Continue' }).click()
    await signIn(page, stage.person)
    const { accessToken } = await program.gets<Got>()
    expect(claimsOf(accessToken)).toMatchObject({ appid: stage.nativeApp, upn: stage.person.login })
    await person.close()
  })

  it('calls an API on behalf of a person', async () => {
    const { login, password } = stage.person
    const form = { grant_type: 'password', username: login, password, client_id: stage.nativeApp }
    const first = await stage.administrator.form('/oauth2/v2.0/token', { ...form, scope: stage.api.scope })
    const { accessToken } = await start('on_behalf_of', {
      CLIENT_ID: stage.api.clientId,
      CLIENT_SECRET: stage.api.secret,
      ASSERTION: String(first.body.access_token),
      SCOPES: `${GRAPH}/User.Read`,
    }).gets<Got>()
    expect(claimsOf(accessToken)).toMatchObject({ aud: GRAPH, appid: stage.api.clientId, upn: stage.person.login })
  })
})
