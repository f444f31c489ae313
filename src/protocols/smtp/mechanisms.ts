import type { Credential } from '../../access/types.ts'
import { decodeOauthbearer, decodeXoauth2, encodeBearerFailure } from '../../codecs/sasl/bearer.ts'
import { decodeBase64, decodePlain } from '../../codecs/sasl/plain.ts'
import type { Profile } from '../../core/line-protocol.ts'
import { refuse } from '../../core/refusal.ts'
import type { SmtpSession, SmtpDeps } from './session.ts'

/** What a client shows, and the mailbox that it asks for. */
export interface SmtpClaim {
  readonly credential: Credential
  readonly address: string | undefined
}

export interface SmtpMechanism {
  readonly name: string
  /** The profiles that announce it; it is understood in all. */
  readonly announced: readonly Profile[]
  /** Announced in the standards profile where passwords may open mailboxes. */
  readonly basic?: true
  /** What the server asks for, in base64, once for each response that it needs. */
  readonly challenges: readonly string[]
  /** Reads the responses. Refuses `bad-syntax`. */
  claim(responses: readonly string[]): SmtpClaim
  /** RFC 7628 §3.2.2: told as a challenge before a refusal, in these profiles. */
  readonly failure: readonly Profile[]
}

const base64 = (text: string): string => Buffer.from(text).toString('base64')

/** Every SASL mechanism, in the order in which they are announced. */
export const mechanisms: readonly SmtpMechanism[] = [
  {
    // A draft that never became an RFC. Exchange Online announces it still, whether anybody may use it or not.
    name: 'LOGIN',
    announced: ['exchange-online'],
    basic: true,
    challenges: [base64('Username:'), base64('Password:')],
    claim: ([user = '', password = '']) => ({
      credential: { password: decodeBase64(password).toString('utf8'), sasl: true },
      address: decodeBase64(user).toString('utf8'),
    }),
    failure: [],
  },
  {
    name: 'PLAIN',
    announced: [],
    basic: true,
    challenges: [''],
    claim([response = '']) {
      const { authorization, user, password } = decodePlain(response)
      return authorization === ''
        ? { credential: { password, sasl: true }, address: user }
        : { credential: { password, user, sasl: true }, address: authorization }
    },
    failure: [],
  },
  {
    name: 'XOAUTH2',
    announced: ['exchange-online', 'standards'],
    challenges: [''],
    claim([response = '']) {
      const { user, token } = decodeXoauth2(response)
      return { credential: { bearer: token }, address: user }
    },
    // Exchange Online refuses at once.
    failure: ['standards'],
  },
  {
    name: 'OAUTHBEARER',
    announced: ['standards'],
    challenges: [''],
    claim([response = '']) {
      // RFC 7628 §4.3: a probe has no token, and is told what a bad one is told.
      const { user, token = '' } = decodeOauthbearer(response)
      return { credential: { bearer: token }, address: user }
    },
    failure: ['standards', 'exchange-online'],
  },
]

export const failureChallenge: string = encodeBearerFailure({
  status: 'invalid_token',
  scope: 'https://outlook.office365.com/.default',
})

/** RFC 5321 §4.5.3.1: local part, at sign and domain together. */
const LONGEST_ADDRESS = 320

/** What responses claim. Refuses `bad-syntax` when they are none that the mechanism knows. */
export function claimOf(mechanism: SmtpMechanism, responses: readonly string[]): SmtpClaim {
  const { credential, address } = mechanism.claim(responses)
  const named = address?.trim()
  if (named === undefined) return { credential, address }
  if (named === '' || named.length > LONGEST_ADDRESS) refuse('bad-syntax', 'That is not the name of a mailbox')
  return { credential, address: named }
}

const announcedIn = ({ profile, auth }: Pick<SmtpDeps, 'profile' | 'auth'>): readonly string[] =>
  mechanisms
    .filter(
      ({ announced, basic }) =>
        announced.includes(profile) || (basic && auth.basic === true && profile === 'standards'),
    )
    .map(({ name }) => name)

/** RFC 5321 §4.1.1.1: what this connection can do now, in the order in which Exchange Online says it. */
export function capabilities({ deps, mayStartTls, mayAuthenticate }: SmtpSession): readonly string[] {
  const { settings } = deps
  return [
    `SIZE ${settings.message_octets}`,
    'PIPELINING',
    'DSN',
    'ENHANCEDSTATUSCODES',
    ...(mayStartTls ? ['STARTTLS'] : []),
    ...(mayAuthenticate ? [`AUTH ${announcedIn(deps).join(' ')}`] : []),
    '8BITMIME',
    'BINARYMIME',
    'CHUNKING',
    'SMTPUTF8',
  ]
}
