import { describe, expect, it } from 'vitest'
import { type Certified, makeCertificate } from '../../../test/support/certificate.ts'
import { listening } from '../../../test/support/msal-service.ts'
import type { Tenant } from '../../domain/directory/types.ts'

const scopes = ['https://outlook.office365.com/.default']

describe('MSAL Node, unchanged, over TLS', () => {
  it.each([
    ['the tenant by GUID', (tenant: Tenant) => tenant.id],
    ['the tenant by domain', () => 'contoso.test'],
  ])('gets a token with a secret, naming %s', async (_, name) => {
    const { tenant, directory, register, confidential } = await listening()
    const { app } = await register()
    const { value: clientSecret } = await directory.apps.addSecret(tenant.id, app.id, {})
    const result = await confidential(app, name(tenant), { clientSecret }).acquireTokenByClientCredential({ scopes })
    expect(claimsOf(result?.accessToken)).toMatchObject({ appid: app.appId, tid: tenant.id, appidacr: '1' })
    expect(result!.expiresOn!.getTime() - Date.now()).toBeGreaterThan(59 * 60_000)
  })

  it.each<[string, (made: Certified) => { thumbprint?: string; thumbprintSha256?: string }]>([
    ['thumbprintSha256, which means PS256', (made) => ({ thumbprintSha256: made.sha256.toString('hex') })],
    ['thumbprint, which means RS256', (made) => ({ thumbprint: made.sha1.toString('hex') })],
  ])('gets a token with a certificate by %s', async (_, thumbprint) => {
    const { tenant, directory, register, confidential } = await listening()
    const { app } = await register()
    const made = await makeCertificate({ now: Date.now() })
    await directory.apps.update(tenant.id, app.id, { certificates: [{ der: made.der }] })
    const clientCertificate = { ...thumbprint(made), privateKey: made.privatePem }
    const result = await confidential(app, tenant.id, { clientCertificate }).acquireTokenByClientCredential({ scopes })
    expect(claimsOf(result?.accessToken)).toMatchObject({ appid: app.appId, appidacr: '2' })
  })

  it('is told what was wrong with its secret, under its own correlation id', async () => {
    const { tenant, register, confidential } = await listening()
    const { app } = await register()
    const correlationId = '5f2d8a0e-57c5-4a52-8a8d-0a8f3c7f9b11'
    const asked = confidential(app, tenant.id, { clientSecret: 'wrong' }).acquireTokenByClientCredential({
      scopes,
      correlationId,
    })
    await expect(asked).rejects.toMatchObject({
      errorCode: 'invalid_client',
      errorMessage: expect.stringContaining('AADSTS7000215'),
      correlationId,
    })
  })
})

const claimsOf = (token: string | undefined) =>
  JSON.parse(Buffer.from(token?.split('.')[1] ?? '', 'base64url').toString())
