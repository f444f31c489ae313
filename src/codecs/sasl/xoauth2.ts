import { refuse } from '../../core/refusal.ts'
import { decodeBase64 } from './base64.ts'
import { type BearerCredential, pairsOf, SEPARATOR, tokenOf } from './bearer.ts'

/** Google's "SASL XOAUTH2 mechanism": `user={mailbox} ^A auth=Bearer {token} ^A ^A` in base64. Refuses `bad-syntax`. */
export function decodeXoauth2(base64: string): BearerCredential {
  const text = decodeBase64(base64).toString('utf8')
  const pairs = text.endsWith(SEPARATOR + SEPARATOR) ? pairsOf(text) : undefined
  const user = pairs?.get('user')
  const token = tokenOf(pairs?.get('auth') ?? '')
  if (!user || !token) refuse('bad-syntax', 'That is not an XOAUTH2 response')
  return { user, token }
}

export const encodeXoauth2 = ({ user, token }: BearerCredential): string =>
  Buffer.from(`user=${user}${SEPARATOR}auth=Bearer ${token}${SEPARATOR}${SEPARATOR}`).toString('base64')
