import { readJws } from '../../../codecs/jwt/compact.ts'
import type { UsedCredential } from '../../../domain/audit/types.ts'
import type { EntraDeps } from '../deps.ts'
import { deny } from '../errors/errors.ts'
import type { AuthenticatingClient } from './authenticate.ts'
import { checkCertificateAssertion } from './certificate-assertion.ts'
import { checkFederatedAssertion } from './federated-assertion.ts'

/** Answers by which of the app's credentials an assertion is good (RFC 7523 §3), and refuses one that is not. */
export async function checkAssertion(
  deps: EntraDeps,
  client: AuthenticatingClient,
  jwt: string,
): Promise<UsedCredential> {
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
