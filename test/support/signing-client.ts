import { constants, type KeyObject, sign } from 'node:crypto'
import { signingInput, writeJws } from '../../src/codecs/jwt/jws.ts'
import { seconds } from '../../src/core/world.ts'
import type { Certified } from './certificate.ts'
import { registerApp } from './open-directory.ts'
import { BASE, EXCHANGE, openTokenService, post, type TokenService } from './token-service.ts'

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
  certificate: Certified,
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
      return signedBy(certificate, { ...usualClaims(clientId, audience, service.world.now()), ...claims }, changes)
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
export const usualClaims = (clientId: string, audience: string, now: number): Json => ({
  aud: audience,
  iss: clientId,
  sub: clientId,
  jti: 'one',
  nbf: seconds(now),
  exp: seconds(now) + 600,
})

export function signedBy(
  certificate: Certified,
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
