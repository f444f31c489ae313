import { refuse } from '../../core/refusal.ts'
import { decodeBase64 } from './base64.ts'
import { pairsOf, SEPARATOR, tokenOf } from './bearer.ts'

export interface OauthbearerResponse {
  /** The mailbox to open; the token's own when absent. */
  readonly user: string | undefined
  /** Absent in a probe, which asks for nothing but the answer to a failure (RFC 7628 §4.3). */
  readonly token: string | undefined
}

/** RFC 5801 §4: the client offers no channel binding, or would if we did; an authorization identity may follow. */
const gs2Header = /^[ny],(?:a=([^,]*))?,$/

/**
 * RFC 7628 §3.1 in base64. Older curl puts `user=` in place of the GS2 header, which is taken too.
 * Refuses `bad-syntax`.
 */
export function decodeOauthbearer(base64: string): OauthbearerResponse {
  const text = decodeBase64(base64).toString('utf8')
  const at = text.indexOf(SEPARATOR)
  const header = gs2Header.exec(text.slice(0, at))
  const pairs = text.endsWith(SEPARATOR + SEPARATOR) ? pairsOf(header ? text.slice(at) : text) : undefined
  const auth = pairs?.get('auth')
  const user = header ? authorizationId(header[1]) : pairs?.get('user')
  const token = tokenOf(auth ?? '')
  const understood = auth !== undefined && (token !== undefined || auth === '') && (header !== null || Boolean(user))
  if (!understood) refuse('bad-syntax', 'That is not an OAUTHBEARER response')
  return { user: user || undefined, token }
}

export function encodeOauthbearer(response: OauthbearerResponse): string {
  const header = response.user === undefined ? 'n,,' : `n,a=${escaped(response.user)},`
  const auth = response.token === undefined ? '' : `Bearer ${response.token}`
  return Buffer.from(`${header}${SEPARATOR}auth=${auth}${SEPARATOR}${SEPARATOR}`).toString('base64')
}

// RFC 5801 §4: `=` and `,` inside a name are written =3D and =2C, and no other `=` is.
const escaped = (name: string): string => name.replaceAll('=', '=3D').replaceAll(',', '=2C')

function authorizationId(written: string | undefined): string | undefined {
  if (written === undefined) return undefined
  if (/=(?!3D|2C)/i.test(written)) refuse('bad-syntax', 'That is not an authorization identity')
  return written.replace(/=(3D|2C)/gi, (_, code: string) => (code.toUpperCase() === '3D' ? '=' : ','))
}
