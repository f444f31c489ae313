import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { claimsOf, type IdentityServer, openIdentityServer } from './identity-server.ts'
import { Program } from './program.ts'

type Json = Record<string, unknown>

interface Got {
  readonly app: Json
  readonly password: Json
  readonly principal: Json
  readonly assignment: Json
  readonly consent: Json
  readonly token: string
  readonly signIns: { readonly value: readonly Json[] }
  readonly shown: { readonly passwordCredentials: readonly Json[] }
  readonly missing: Json
}

describe('Microsoft’s Graph client, unmodified', () => {
  let stage: IdentityServer
  let got: Got
  beforeAll(async () => {
    stage = await openIdentityServer()
    const { admin } = stage.checkout.ready
    const secret = readFileSync(admin.client_secret_file, 'utf8')
    const env = { ...stage.env, CLIENT_ID: admin.client_id, CLIENT_SECRET: secret }
    got = await Program.node('graph.ts', '', env).gets<Got>()
  })
  afterAll(() => stage.close())

  it('registers an app, and then its service principal', () => {
    expect(got.app).toMatchObject({ displayName: 'Registered by the Graph client', signInAudience: 'AzureADMyOrg' })
    expect(got.principal).toMatchObject({ appId: got.app.appId, accountEnabled: true })
    expect(new Set([got.app.id, got.app.appId, got.principal.id]).size).toBe(3)
  })

  it('adds a secret, which is told once', () => {
    expect(got.password).toMatchObject({ displayName: 'first', secretText: expect.stringMatching(/^\S{16,64}$/) })
    expect(got.shown.passwordCredentials).toMatchObject([{ keyId: got.password.keyId, secretText: null }])
  })

  it('consents for the organisation, to an app role and to a scope', () => {
    expect(got.assignment).toMatchObject({ principalId: got.principal.id, principalType: 'ServicePrincipal' })
    expect(got.consent).toMatchObject({ clientId: got.principal.id, consentType: 'AllPrincipals' })
    expect(claimsOf(got.token)).toMatchObject({ appid: got.app.appId, roles: ['IMAP.AccessAsApp'] })
  })

  it('reads who signed in', () => {
    expect(got.signIns.value).toMatchObject([
      { appId: got.app.appId, appDisplayName: got.app.displayName, status: { errorCode: 0 }, isInteractive: false },
    ])
  })

  it('is told that an app is not there', () => {
    expect(got.missing).toEqual({ statusCode: 404, code: 'Request_ResourceNotFound' })
  })
})
