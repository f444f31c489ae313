import type { Credential } from '../../access/types.ts'
import { decodeOauthbearer, decodeXoauth2, encodeBearerFailure } from '../../codecs/sasl/bearer.ts'
import { decodePlain } from '../../codecs/sasl/plain.ts'
import type { Profile } from '../../core/line-protocol.ts'
import { Refusal, refuse } from '../../core/refusal.ts'
import type { Pop3Deps } from './session.ts'

/** What a client shows, and the mailbox that it asks for. */
export interface Pop3Claim {
  readonly credential: Credential
  readonly address: string | undefined
}

export interface Pop3Mechanism {
  readonly name: string
  /** The profiles that announce it; it is understood in all. */
  readonly announced: readonly Profile[]
  /** Announced where passwords may open mailboxes, too. */
  readonly basic?: true
  /** Reads a response. Refuses `bad-syntax`. */
  claim(base64: string): Pop3Claim
  /** RFC 7628 §3.2.2: told before the refusal, as a challenge. */
  readonly failure?: string
}

/** Every SASL mechanism, in the order in which they are announced. */
export const mechanisms: readonly Pop3Mechanism[] = [
  {
    // Exchange Online announces it still, whether anybody may use it or not.
    name: 'PLAIN',
    announced: ['exchange-online'],
    basic: true,
    claim(base64) {
      const { authorization, user, password } = decodePlain(base64)
      return authorization === ''
        ? { credential: { password, sasl: true }, address: user }
        : { credential: { password, user, sasl: true }, address: authorization }
    },
  },
  {
    // A refusal follows at once in both profiles: clients of POP3 take Google's challenge, which begins with `+`, for a yes.
    name: 'XOAUTH2',
    announced: ['exchange-online', 'standards'],
    claim(base64) {
      const { user, token } = decodeXoauth2(base64)
      return { credential: { bearer: token }, address: user }
    },
  },
  {
    name: 'OAUTHBEARER',
    announced: ['standards'],
    claim(base64) {
      // RFC 7628 §4.3: a probe has no token, and is told what a bad one is told.
      const { user, token = '' } = decodeOauthbearer(base64)
      return { credential: { bearer: token }, address: user }
    },
    failure: encodeBearerFailure({ status: 'invalid_token', scope: 'https://outlook.office365.com/.default' }),
  },
]

/** What a response claims, or why it is none that the mechanism knows. */
export function claimOf(mechanism: Pop3Mechanism, response: string): Pop3Claim | Refusal {
  try {
    const { credential, address } = mechanism.claim(response)
    return { credential, address: address === undefined ? undefined : addressOf(address) }
  } catch (thrown) {
    if (thrown instanceof Refusal) return thrown
    throw thrown
  }
}

export const announcedIn = ({ profile, auth }: Pick<Pop3Deps, 'profile' | 'auth'>): readonly string[] =>
  mechanisms
    .filter(({ announced, basic }) => announced.includes(profile) || (basic && auth.basic === true))
    .map(({ name }) => name)

/** RFC 5321 §4.5.3.1: local part, at sign and domain together. */
const LONGEST = 320

/** A mailbox's name as a client gives it. Refuses `bad-syntax` when it can be none. */
export function addressOf(text: string): string {
  const address = text.trim()
  return address !== '' && address.length <= LONGEST
    ? address
    : refuse('bad-syntax', 'That is not the name of a mailbox')
}
