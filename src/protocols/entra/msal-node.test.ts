import { describe, expect, it } from 'vitest'
import { issueCertificate, makeCertificate, type TestCertificate } from '../../../test/support/certificates.ts'
import { openOutsideIssuer } from '../../../test/support/client-assertions.ts'
import { openMsalService } from '../../../test/support/msal-service.ts'
import { MINUTE } from '../../core/time.ts'
import { realWorld, seconds } from '../../core/world.ts'
import type { Tenant } from '../../domain/directory/types.ts'
import { documentFetcher } from '../../net/fetch-document.ts'
import { issuerKeys } from './client-authentication/issuer-keys.ts'

const scopes = ['https://outlook.office365.com/.default']

describe('MSAL Node, unchanged, over TLS', () => {
  it.each([
    ['the tenant by GUID', (tenant: Tenant) => tenant.id],
    ['the tenant by domain', () => 'contoso.test'],
  ])('gets a token with a secret, naming %s', async (_, name) => {
    const { tenant, directory, register, confidential } = await openMsalService()
    const { app } = await register()
    const { value: clientSecret } = await directory.apps.addSecret(tenant.id, app.id, {})
    const result = await confidential(app, name(tenant), { clientSecret }).acquireTokenByClientCredential({ scopes })
    expect(claimsOf(result?.accessToken)).toMatchObject({ appid: app.appId, tid: tenant.id, appidacr: '1' })
    expect(result!.expiresOn!.getTime() - Date.now()).toBeGreaterThan(59 * MINUTE)
  })

  it.each<[string, (made: TestCertificate) => { thumbprint?: string; thumbprintSha256?: string }]>([
    ['thumbprintSha256, which means PS256', (made) => ({ thumbprintSha256: made.sha256.toString('hex') })],
    ['thumbprint, which means RS256', (made) => ({ thumbprint: made.sha1.toString('hex') })],
  ])('gets a token with a certificate by %s', async (_, thumbprint) => {
    const { tenant, directory, register, confidential } = await openMsalService()
    const { app } = await register()
    const made = await makeCertificate({ now: Date.now() })
    await directory.apps.update(tenant.id, app.id, { certificates: [{ der: made.der }] })
    const clientCertificate = { ...thumbprint(made), privateKey: made.privatePem }
    const result = await confidential(app, tenant.id, { clientCertificate }).acquireTokenByClientCredential({ scopes })
    expect(claimsOf(result?.accessToken)).toMatchObject({ appid: app.appId, appidacr: '2' })
  })

  it('gets a token with a certificate that the app takes by its name, sending its chain', async () => {
    const now = Date.now()
    const root = await issueCertificate({ name: 'CN=Contoso', now, authority: true })
    const { tenant, register, confidential } = await openMsalService({}, { authorities: [root.certificate] })
    const names = [{ subjectName: 'fetcher.contoso.test', issuer: 'Contoso' }]
    const { app } = await register({ properties: { trustedSubjectNameAndIssuers: names } })
    // Renewed, as it is every so often: nobody tells the app.
    for (const serial of ['first', 'second']) {
      const made = await issueCertificate({ name: `CN=fetcher.contoso.test, O=${serial}`, now }, root)
      const thumbprintSha256 = made.sha256.toString('hex')
      const clientCertificate = { thumbprintSha256, privateKey: made.privatePem, x5c: `${made.pem}\n${root.pem}` }
      const result = await confidential(app, tenant.id, { clientCertificate }).acquireTokenByClientCredential({
        scopes,
      })
      expect(claimsOf(result?.accessToken)).toMatchObject({ appid: app.appId, appidacr: '2' })
    }
  })

  it('gets a token with the word of an issuer that the app trusts', async () => {
    const outside = await openOutsideIssuer()
    const fetch = documentFetcher({ world: realWorld, privateAddresses: true, ca: outside.ca })
    const service = await openMsalService({}, { issuerKeys: issuerKeys({ world: realWorld, fetch }) })
    const { app } = await service.register()
    const audience = 'api://AzureADTokenExchange'
    await service.directory.apps.addFederated(service.tenant.id, app.id, {
      name: 'the-issuer',
      issuer: outside.issuer,
      subject: 'me',
      audiences: [audience],
      description: undefined,
    })
    const clientAssertion = outside.sign({ sub: 'me', aud: audience, exp: seconds(Date.now()) + 600 })
    const client = service.confidential(app, service.tenant.id, { clientAssertion })
    const result = await client.acquireTokenByClientCredential({ scopes })
    expect(claimsOf(result?.accessToken)).toMatchObject({ appid: app.appId, appidacr: '2' })
  })

  it('is told what was wrong with its secret, under its own correlation id', async () => {
    const { tenant, register, confidential } = await openMsalService()
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
