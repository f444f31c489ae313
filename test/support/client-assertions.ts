import { constants, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { signingInput, writeJws } from '../../src/codecs/jwt/jws.ts'
import { refuse } from '../../src/core/refusal.ts'
import { seconds } from '../../src/core/world.ts'
import type { FederatedCredential } from '../../src/domain/directory/types.ts'
import { issuerKeys } from '../../src/protocols/entra/client-authentication/issuer-keys.ts'
import { issueCertificate, type TestCertificate } from './certificates.ts'
import { registerApp, type RegisteredClient, registerClient } from './directory.ts'
import { BASE, EXCHANGE } from './access.ts'
import { openTokenService, post, secretRequest, type TokenService } from './token-service.ts'
import { TestWorld } from './world.ts'

export type Json = Record<string, unknown>

/** A client that signs assertions with a certificate that is registered on its app. */
export interface SigningClient {
  readonly service: TokenService
  readonly clientId: string
  /** Signs an assertion; what is given takes the place of what is usual. */
  readonly assertion: (changes?: { header?: Json; claims?: Json; key?: KeyObject; alg?: string }) => string
  readonly present: (assertion: string, headers?: Record<string, string>) => ReturnType<typeof post>
}

export async function openSigningClient(
  certificate: TestCertificate,
  options: Parameters<typeof openTokenService>[0] = {},
): Promise<SigningClient> {
  const service = await openTokenService(options)
  const { app } = await registerApp(service)
  await service.directory.apps.update(service.tenant.id, app.id, { certificates: [{ der: certificate.der }] })
  const clientId = app.appId
  return {
    service,
    clientId,
    assertion: ({ claims = {}, ...changes } = {}) => {
      const audience = `${BASE}/${service.tenant.id}/oauth2/v2.0/token`
      return signAssertion(certificate, { ...validClaims(clientId, audience, service.world.now()), ...claims }, changes)
    },
    present: (client_assertion, headers = {}) =>
      post(
        service,
        service.tenant.id,
        {
          grant_type: 'client_credentials',
          client_id: clientId,
          client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
          client_assertion,
          scope: `${EXCHANGE}/.default`,
        },
        { headers },
      ),
  }
}

/** Returns the claims of a valid assertion. */
export const validClaims = (clientId: string, audience: string, now: number): Json => ({
  aud: audience,
  iss: clientId,
  sub: clientId,
  jti: 'one',
  nbf: seconds(now),
  exp: seconds(now) + 600,
})

export function signAssertion(
  certificate: TestCertificate,
  claims: Json,
  { header = {}, key = certificate.privateKey, alg = 'RS256' }: { header?: Json; key?: KeyObject; alg?: string } = {},
): string {
  const named = Object.keys(header).some((name) => ['x5t', 'x5t#S256', 'kid'].includes(name))
  const thumbprint = named ? {} : { 'x5t#S256': certificate.sha256.toString('base64url') }
  const input = signingInput({ alg, typ: 'JWT', ...thumbprint, ...header }, claims)
  return writeJws(input, sign('sha256', Buffer.from(input), { key, ...paddingOf(alg) }))
}

const paddingOf = (alg: string) =>
  alg === 'PS256'
    ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }
    : { padding: constants.RSA_PKCS1_PADDING }

export const ISSUER = 'https://token.issuer.test'
export const SUBJECT = 'repo:Contoso/fetcher:ref:refs/heads/main'
export const AUDIENCE = 'api://AzureADTokenExchange'

const issuerKeyPair = generateKeyPairSync('rsa', { modulusLength: 2048 })

interface Changes {
  readonly claims?: Readonly<Record<string, unknown>>
  readonly header?: Readonly<Record<string, unknown>>
  readonly key?: KeyObject
}

export interface FederatedClient {
  readonly service: TokenService
  readonly client: RegisteredClient
  readonly credential: FederatedCredential
  /** The state of the issuer that a test may change, and the requested URLs. */
  readonly issuer: { down: boolean }
  readonly asked: readonly string[]
  /** The issuer's word for the app; what is given takes the place of what is usual. */
  readonly assertion: (changes?: Changes) => string
  readonly present: (assertion: string) => ReturnType<typeof post>
}

/** An app that trusts an outside issuer's word, and that issuer. */
export async function openFederatedClient(
  options: Parameters<typeof openTokenService>[0] = {},
): Promise<FederatedClient> {
  const asked: string[] = []
  const issuer = { down: false }
  const published = { ...issuerKeyPair.publicKey.export({ format: 'jwk' }), kid: 'one', use: 'sig' }
  const service = await openTokenService({
    ...options,
    issuerKeys: issuerKeys({
      world: new TestWorld(),
      fetch: async ({ href, pathname }) => {
        asked.push(href)
        if (issuer.down) return refuse('no-such-thing', 'It cannot be read')
        const body = pathname === '/jwks' ? { keys: [published] } : { issuer: ISSUER, jwks_uri: `${ISSUER}/jwks` }
        return { body, maxAge: undefined }
      },
    }),
  })
  const client = await registerClient(service)
  const credential = await service.directory.apps.addFederated(service.tenant.id, client.app.id, {
    name: 'main-branch',
    issuer: ISSUER,
    subject: SUBJECT,
    audiences: [AUDIENCE],
    description: undefined,
  })
  const { client_secret: _, ...form } = secretRequest(client)
  const assertion = ({ claims = {}, header = {}, key = issuerKeyPair.privateKey }: Changes = {}): string => {
    const now = seconds(service.world.now())
    const input = signingInput(
      { alg: 'RS256', typ: 'JWT', kid: 'one', ...header },
      { iss: ISSUER, sub: SUBJECT, aud: AUDIENCE, iat: now, nbf: now, exp: now + 600, ...claims },
    )
    return writeJws(input, sign('sha256', Buffer.from(input), key))
  }
  const present = (client_assertion: string) =>
    post(service, service.tenant.id, {
      ...form,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion,
    })
  return { service, client, credential, issuer, asked, assertion, present }
}

interface OutsideIssuer {
  readonly issuer: string
  /** PEM of the authority that vouches for it. */
  readonly ca: string
  readonly publicKey: KeyObject
  /** The paths that it was asked for. */
  readonly asked: readonly string[]
  /** Its word. */
  sign(claims: Readonly<Record<string, unknown>>): string
}

/** An outside issuer on this machine, over HTTPS. */
export async function openOutsideIssuer(): Promise<OutsideIssuer> {
  const now = Date.now()
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const authority = await issueCertificate({ name: 'CN=Outside', now, authority: true })
  const { privatePem: key, pem: cert } = await issueCertificate(
    { name: 'CN=issuer', now, dnsNames: ['localhost'] },
    authority,
  )
  const asked: string[] = []
  const server = createServer({ key, cert }, ({ url = '' }, response) => {
    asked.push(url)
    const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256', use: 'sig' }
    const document = { issuer, jwks_uri: `${issuer}/keys` }
    response.end(JSON.stringify(url.endsWith('/keys') ? { keys: [jwk] } : document))
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve())
  })
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const issuer = `https://localhost:${(server.address() as AddressInfo).port}/tenant`
  return {
    issuer,
    ca: authority.pem,
    publicKey,
    asked,
    sign(claims) {
      const input = signingInput({ alg: 'RS256', kid: 'one' }, { iss: issuer, ...claims })
      return writeJws(input, sign('sha256', Buffer.from(input), privateKey))
    },
  }
}
