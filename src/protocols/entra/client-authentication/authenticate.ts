import { readJws } from '../../../codecs/jwt/jws.ts'
import type { Guid } from '../../../core/ids.ts'
import type { UsedCredential } from '../../../domain/audit/types.ts'
import type { Appidacr } from '../../../domain/tokens/types.ts'
import type { EntraDeps } from '../deps.ts'
import { deny } from '../errors/errors.ts'
import { checkCertificateAssertion } from './certificate-assertion.ts'
import { checkFederatedAssertion } from './federated-assertion.ts'
import type { AuthenticatingClient, ClientCredential } from '../client.ts'

/** True for a public client, which has no secret. Absent if the app acts as itself. */
export interface ClientAuthenticationOptions {
  readonly publicAllowed?: boolean
}

export interface AuthenticatedClient {
  readonly appidacr: Appidacr
  /** Undefined for a public client. */
  readonly credential: UsedCredential | undefined
}

/** Authenticates the client. Refuses a wrong credential, and any credential of a public client. */
export async function authenticateClient(
  deps: EntraDeps,
  client: AuthenticatingClient,
  { publicAllowed }: ClientAuthenticationOptions = {},
): Promise<AuthenticatedClient> {
  const { credential, request } = client
  if (credential === undefined) {
    if (publicAllowed === undefined) deny(7000216)
    if (!publicAllowed) deny(7000218)
    request.attempt.passed('clientCredential', 'The app is a public client, which shows no credential.')
    return { appidacr: '0', credential: undefined }
  }
  if (publicAllowed) deny(700025)
  const used = await check(deps, client, credential)
  request.attempt.passed('clientCredential', evidenceOf(used), { credential: used })
  return { appidacr: used.kind === 'secret' ? '1' : '2', credential: used }
}

async function check(
  deps: EntraDeps,
  client: AuthenticatingClient,
  credential: NonNullable<ClientCredential>,
): Promise<UsedCredential> {
  if ('assertion' in credential) return checkAssertion(deps, client, credential.assertion)
  client.request.attempt.knows({ credential: { kind: 'secret', keyId: undefined } })
  return { kind: 'secret', keyId: await checkSecret(deps, client, credential.secret) }
}

const evidenceOf = ({ kind, keyId }: UsedCredential): string =>
  keyId === undefined
    ? `The app takes the ${kind} by its name, from an authority that is trusted.`
    : `The app has the ${kind === 'federated' ? 'federated credential' : kind} ${keyId}, and it is good.`

/** Returns the id of the secret. Refuses an unknown or expired one. */
async function checkSecret({ directory }: EntraDeps, client: AuthenticatingClient, secret: string): Promise<Guid> {
  const { app, request } = client
  const checkValue = await directory.apps.secretCheck(app)
  const check = checkValue(secret)
  if (check.ok) return check.keyId
  if (check.because === 'expired') return deny(7000222, app.appId)
  const misread = misreadings.find(({ read }) => {
    const value = read(secret)
    return value !== undefined && value !== secret && checkValue(value).ok
  })
  request.attempt.remark(check.keyIdGiven ? sentKeyId : (misread?.fault ?? secretFaults[check.because]))
  return deny(7000215, app.appId)
}

const sentKeyId =
  "The client sent the id of a secret ('Secret ID', keyId) in place of its value. Put the value (secretText) into client_secret: it is shown only once, when the secret is created."

const secretFaults = {
  'none-matches': 'The value matches no secret of the app.',
  'not-yet-valid': 'The value is a secret of the app that is not valid yet.',
  'no-credentials': 'The app has no secret.',
}

/**
 * Common mistakes with a secret that is right. Only the record names them; the client gets the same answer for every
 * wrong secret.
 */
const misreadings: readonly { readonly read: (sent: string) => string | undefined; readonly fault: string }[] = [
  {
    read: (sent) => sent.trim(),
    fault: 'The value is right but for white space around it. Strip it when you read it from a file: secret.strip().',
  },
  {
    read: (sent) => /^b?(['"])(.*)\1$/s.exec(sent)?.[2],
    fault:
      "The value is right but stands in quotation marks or in b'…'. Send it without them; decode a Python bytes object.",
  },
  {
    read: (sent) => formDecodedOnce(sent),
    fault: 'The value is right but percent-encoded twice. Encode it once, or let the HTTP library do it.',
  },
]

function formDecodedOnce(sent: string): string | undefined {
  try {
    return decodeURIComponent(sent)
  } catch {
    return undefined
  }
}

/** Verifies an assertion (RFC 7523 §3) and returns the credential that it matches. */
async function checkAssertion(deps: EntraDeps, client: AuthenticatingClient, jwt: string): Promise<UsedCredential> {
  const assertion = readJws(jwt) ?? deny(50027, 'It is not a signed token in compact form.')
  // RFC 7515 §4.1.11: a critical extension that is not supported.
  if (assertion.header.crit !== undefined) deny(50027, "The header parameter 'crit' is not supported.")
  const issuer = wordOf(assertion.claims, 'iss')
  const subject = wordOf(assertion.claims, 'sub')
  const kind = isOutside(issuer) ? 'federated' : 'certificate'
  client.request.attempt.knows({ credential: { kind, keyId: undefined } })
  const signed = { ...assertion, issuer, subject }
  return {
    kind,
    keyId:
      kind === 'federated'
        ? await checkFederatedAssertion(deps, client, signed)
        : checkCertificateAssertion(deps, client, signed),
  }
}

/** An issuer that is a URL is an external one: the client itself is named by a GUID. */
const isOutside = (issuer: string): boolean => /^[a-z][a-z\d+.-]*:\/\//i.test(issuer)

function wordOf(claims: Readonly<Record<string, unknown>>, name: string): string {
  const value = claims[name] ?? deny(90014, name)
  return typeof value === 'string' ? value : deny(50027, `The claim '${name}' is not a text.`)
}
