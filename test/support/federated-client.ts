import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { signingInput, writeJws } from '../../src/codecs/jwt/jws.ts'
import { refuse } from '../../src/core/refusal.ts'
import { seconds } from '../../src/core/world.ts'
import type { FederatedCredential } from '../../src/domain/directory/types.ts'
import { issuerKeys } from '../../src/protocols/entra/client-authentication/issuer-keys.ts'
import { asking, type Client, openTokenService, post, registerClient, type TokenService } from './token-service.ts'
import { TestWorld } from './world.ts'

export const ISSUER = 'https://token.issuer.test'
export const SUBJECT = 'repo:Contoso/fetcher:ref:refs/heads/main'
export const AUDIENCE = 'api://AzureADTokenExchange'

const keys = generateKeyPairSync('rsa', { modulusLength: 2048 })

interface Changes {
  readonly claims?: Readonly<Record<string, unknown>>
  readonly header?: Readonly<Record<string, unknown>>
  readonly key?: KeyObject
}

export interface FederatedClient {
  readonly service: TokenService
  readonly client: Client
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
  const published = { ...keys.publicKey.export({ format: 'jwk' }), kid: 'one', use: 'sig' }
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
  const { client_secret: _, ...form } = asking(client)
  const assertion = ({ claims = {}, header = {}, key = keys.privateKey }: Changes = {}): string => {
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
