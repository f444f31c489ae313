import { constants, createHash, createPrivateKey, sign, X509Certificate } from 'node:crypto'
import { realWorld, seconds, type World } from '../../../core/world.ts'
import type { ApiClient } from '../client.ts'
import { failed, wrongUsage } from '../failure.ts'
import { jsonOf } from '../reply.ts'
import type { Proof } from './connection.ts'

export const EXCHANGE_SCOPE = 'https://outlook.office365.com/.default'
export const GRAPH_SCOPE = 'https://graph.microsoft.com/.default'

/** docs/reference/identity.md §2.4. */
export interface TokenReply {
  readonly token_type: string
  readonly expires_in: number
  readonly ext_expires_in: number
  readonly access_token: string
  readonly scope?: string
  readonly refresh_token?: string
}

/** docs/reference/identity.md §8.1. */
interface TokenError {
  readonly error: string
  readonly error_description: string
  readonly error_codes: readonly number[]
}

/** The client credentials grant, with a secret or a certificate. */
export const fetchToken = (
  client: ApiClient,
  { tenant, clientId, proof, scope }: { tenant: string; clientId: string; proof: Proof; scope: string },
): Promise<TokenReply> => redeem(client, { tenant, clientId, proof, form: { grant_type: 'client_credentials', scope } })

/** Requests a token with any grant; `proof` is undefined for a public client. */
export async function redeem(
  client: ApiClient,
  request: {
    readonly tenant: string
    readonly clientId: string
    readonly proof: Proof | undefined
    readonly form: Readonly<Record<string, string>>
  },
): Promise<TokenReply> {
  const { tenant, clientId, proof } = request
  const path = `/${encodeURIComponent(tenant)}/oauth2/v2.0/token`
  const form = new URLSearchParams({ ...request.form, client_id: clientId })
  if (proof && 'secret' in proof) form.set('client_secret', proof.secret)
  else if (proof) {
    form.set('client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
    form.set(
      'client_assertion',
      clientAssertion(realWorld, { clientId, audience: `${client.origin}${path}`, ...proof }),
    )
  }
  const reply = await client.ask({
    verb: 'POST',
    path,
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: form.toString(),
  })
  const answer = jsonOf(reply) as Partial<TokenReply & TokenError>
  if (reply.status === 200 && answer.access_token !== undefined) return answer as TokenReply
  const {
    error = 'TokenRefused',
    error_description: text = `The server answered ${reply.status}.`,
    error_codes,
  } = answer
  return failed(error, text.split(/\r?\n/)[0]!, { status: reply.status, ...(error_codes ? { error_codes } : {}) })
}

const LIFETIME = 600

/** docs/reference/identity.md §2.2: a JWT that proves the possession of a certificate's key. */
function clientAssertion(
  world: World,
  { clientId, audience, certificate, key }: { clientId: string; audience: string; certificate: string; key: string },
): string {
  const der = certificateFrom(certificate).raw
  const header = { alg: 'PS256', typ: 'JWT', 'x5t#S256': createHash('sha256').update(der).digest('base64url') }
  const now = seconds(world.now())
  const claims = {
    aud: audience,
    iss: clientId,
    sub: clientId,
    jti: world.guid(),
    nbf: now,
    iat: now,
    exp: now + LIFETIME,
  }
  const signed = `${encoded(header)}.${encoded(claims)}`
  // RFC 7518 §3.5
  const signature = sign('sha256', Buffer.from(signed), {
    key: keyFrom(key),
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
  })
  return `${signed}.${signature.toString('base64url')}`
}

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

function certificateFrom(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem)
  } catch {
    return wrongUsage('The certificate is no PEM of an X.509 certificate.')
  }
}

function keyFrom(pem: string) {
  let key
  try {
    key = createPrivateKey(pem)
  } catch {
    return wrongUsage('The key is no PEM of a private key without a passphrase.')
  }
  return key.asymmetricKeyType === 'rsa' ? key : wrongUsage('The key has to be an RSA key.')
}
