import type { Credential } from '../../access/types.ts'
import { type BearerFailure, decodeOauthbearer, decodeXoauth2, encodeBearerFailure } from '../../codecs/sasl/bearer.ts'
import { decodeBase64, decodePlain } from '../../codecs/sasl/plain.ts'
import type { Profile } from '../../core/profile.ts'
import { refuse } from '../../core/refusal.ts'
import type { LineDeps } from './session.ts'
import type { SignInClaim } from './sign-in.ts'

/** The content of a client's responses: the mailbox, and the credential that is to open it. */
export interface SaslClaim {
  readonly address: string | undefined
  /** Undefined for a probe, which only asks for the failure (RFC 7628 §4.3). */
  readonly credential: Credential | undefined
}

export interface SaslMechanism {
  /** The server's challenges in base64, one for each response. */
  readonly challenges: readonly string[]
  /** Decodes the responses from base64. Refuses `bad-syntax`. */
  read(responses: readonly string[]): SaslClaim
}

/** A mechanism with one response, which may come with the command. */
const single = (read: (response: string) => SaslClaim): SaslMechanism => ({
  challenges: [''],
  read: ([response = '']) => read(response),
})

/** Google's mechanism, which Exchange Online uses. */
export const xoauth2: SaslMechanism = single((response) => {
  const { user, token } = decodeXoauth2(response)
  return { address: user, credential: { bearer: token } }
})

/** RFC 7628 */
export const oauthbearer: SaslMechanism = single((response) => {
  const { user, token } = decodeOauthbearer(response)
  return { address: user, credential: token === undefined ? undefined : { bearer: token } }
})

/** RFC 4616 */
export const plain: SaslMechanism = single((response) => {
  const { authorization, user, password } = decodePlain(response)
  return authorization === ''
    ? { address: user, credential: { password, sasl: true } }
    : { address: authorization, credential: { password, user, sasl: true } }
})

/** User name and password in two steps: a draft that never became an RFC. */
export const login: SaslMechanism = {
  challenges: ['Username:', 'Password:'].map((text) => Buffer.from(text).toString('base64')),
  read([user = '', password = '']) {
    const address = decodeBase64(user).toString('utf8')
    if (address === '') refuse('bad-syntax', 'That is not the name of a user')
    return { address, credential: { password: decodeBase64(password).toString('utf8'), sasl: true } }
  },
}

/** RFC 4954 §4, RFC 4959 §3, RFC 5034 §4: `=` is an empty initial response. */
export const initialResponse = (text: string): string => (text === '=' ? '' : text)

/** RFC 7628 §3.2.2: the challenge that explains a failure of a bearer mechanism, in base64. */
export const bearerFailure = (status: BearerFailure['status'] = 'invalid_token'): string =>
  encodeBearerFailure({ status, scope: 'https://outlook.office365.com/.default' })

/** A mechanism as POP3 and SMTP offer it; each of them understands it in both profiles. */
export interface OfferedMechanism extends SaslMechanism {
  readonly name: string
  /** The profiles in which the server announces it. */
  readonly announced: readonly Profile[]
  /** The standards profile announces it too where passwords may open mailboxes. */
  readonly basic?: true
  /** The profiles in which a challenge explains a failure before the refusal ({@link bearerFailure}). */
  readonly explained: readonly Profile[]
}

/** The names that the server announces, in the order of the table. */
export const announcedNames = (
  mechanisms: readonly OfferedMechanism[],
  { profile, auth }: Pick<LineDeps, 'profile' | 'auth'>,
): readonly string[] =>
  mechanisms
    .filter(
      ({ announced, basic }) =>
        announced.includes(profile) || (basic && auth.basic === true && profile === 'standards'),
    )
    .map(({ name }) => name)

/** Reads the responses of POP3 or SMTP. A probe becomes a claim with an empty token. Refuses `bad-syntax`. */
export function claimOf(mechanism: OfferedMechanism, responses: readonly string[]): SignInClaim {
  const { credential = { bearer: '' }, address } = mechanism.read(responses)
  return { credential, address: address === undefined ? undefined : mailboxAddress(address) }
}

/** RFC 5321 §4.5.3.1: local part, at sign and domain together. */
const LONGEST_ADDRESS = 320

/** The mailbox that a client names. Refuses `bad-syntax` for a text that cannot be the name of one. */
export function mailboxAddress(text: string): string {
  const address = text.trim()
  return address !== '' && address.length <= LONGEST_ADDRESS
    ? address
    : refuse('bad-syntax', 'That is not the name of a mailbox')
}
