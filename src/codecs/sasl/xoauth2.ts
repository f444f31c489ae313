import { refuse } from '../../core/refusal.ts'
import { decodeBase64 } from './base64.ts'
import { type BearerCredential, pairsOf, SEPARATOR, tokenOf } from './bearer.ts'

/**
 * Google's "SASL XOAUTH2 mechanism": `user={mailbox} ^A auth=Bearer {token} ^A ^A` in base64. Refuses `bad-syntax`, with
 * `detail.fault` in words, and `detail.user` where the mailbox can be made out.
 */
export function decodeXoauth2(base64: string): BearerCredential {
  const text = decodeBase64(base64, { fault: 'It is not base64.' }).toString('utf8')
  const pairs = text.endsWith(SEPARATOR + SEPARATOR) ? pairsOf(text) : undefined
  const user = pairs?.get('user')
  const token = tokenOf(pairs?.get('auth') ?? '')
  if (!user || !token) return refuse('bad-syntax', 'That is not an XOAUTH2 response', explained(text))
  return { user, token }
}

/** Only what looks like an address: a token may stand in the wrong place. RFC 5321 §4.5.3.1: nobody's is longer. */
const named = /(?:^|\u0001)user=([^\s\u0001^@]{1,64}@[\w.-]{1,255})/i

function explained(text: string): { readonly fault: string; readonly user?: string } {
  const user = named.exec(text)?.[1]
  const fault = faults.find(([shows]) => shows(text))![1]
  return user === undefined ? { fault } : { fault, user }
}

/** contract/exchange-admin §13, row 24; the first that shows. Nothing of the response is repeated: it may hold a token. */
const faults: readonly (readonly [shows: (text: string) => boolean, fault: string])[] = [
  [(text) => text.includes('^A'), 'The letters ^A stand there in place of the octet 1.'],
  [(text) => /bearer\s+bearer/i.test(text), 'The word Bearer stands there twice.'],
  [
    (text) => !text.endsWith(SEPARATOR + SEPARATOR),
    'It does not end with two octets 1: the base64 was cut into lines, or the end is missing.',
  ],
  [(text) => !named.test(text), 'It has no user= with the address of a mailbox behind it.'],
  [() => true, 'It has no auth= with the word Bearer and a token behind it.'],
]

export const encodeXoauth2 = ({ user, token }: BearerCredential): string =>
  Buffer.from(`user=${user}${SEPARATOR}auth=Bearer ${token}${SEPARATOR}${SEPARATOR}`).toString('base64')
