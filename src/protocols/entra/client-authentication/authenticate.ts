import { readJws } from '../../../codecs/jwt/jws.ts'
import type { Guid } from '../../../core/ids.ts'
import type { UsedCredential } from '../../../domain/audit/types.ts'
import type { Appidacr } from '../../../domain/tokens/types.ts'
import type { EntraDeps } from '../deps.ts'
import { deny } from '../errors/errors.ts'
import { checkCertificateAssertion } from './certificate-assertion.ts'
import { checkFederatedAssertion } from './federated-assertion.ts'
import type { AuthenticatingClient, ClientCredential } from './presented.ts'

/** Whether the client of this request is a public one, which keeps no secret. Absent: the app acts as itself. */
export interface ClientAuthenticationOptions {
  readonly publicAllowed?: boolean
}

export interface AuthenticatedClient {
  readonly appidacr: Appidacr
  /** Undefined of a public client. */
  readonly credential: UsedCredential | undefined
}

/** Refuses whoever is not the app, and whoever shows a credential where the app is a public client. */
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

/** Answers which of the app's secrets it is. Refuses one that is none of them, or no longer. */
async function checkSecret({ directory }: EntraDeps, client: AuthenticatingClient, secret: string): Promise<Guid> {
  const { app, request } = client
  const check = (await directory.apps.secretCheck(app))(secret)
  if (check.ok) return check.keyId
  if (check.because === 'expired') return deny(7000222, app.appId)
  request.attempt.remark(
    check.keyIdGiven ? 'What was sent is the id of a secret, and not its value.' : remarks[check.because],
  )
  return deny(7000215, app.appId)
}

const remarks = {
  'none-matches': 'None of the secrets that the app has is the one that was sent.',
  'not-yet-valid': 'What was sent is a secret of the app that is not valid yet.',
  'no-credentials': 'The app has no secret.',
}

/** Answers by which of the app's credentials an assertion is good (RFC 7523 §3), and refuses one that is not. */
async function checkAssertion(deps: EntraDeps, client: AuthenticatingClient, jwt: string): Promise<UsedCredential> {
  const assertion = readJws(jwt) ?? deny(50027, 'It is not a signed token in compact form.')
  // RFC 7515 §4.1.11: an extension that has to be understood and is not.
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

/** An issuer that is somewhere, and so is not the client itself, which is a GUID. */
const isOutside = (issuer: string): boolean => /^[a-z][a-z\d+.-]*:\/\//i.test(issuer)

function wordOf(claims: Readonly<Record<string, unknown>>, name: string): string {
  const value = claims[name] ?? deny(90014, name)
  return typeof value === 'string' ? value : deny(50027, `The claim '${name}' is not a text.`)
}
