import { refuse } from '../../core/refusal.ts'
import { encodedTwice, encodingFault, responseFault } from './bearer-fault.ts'
import { decodeBase64 } from './plain.ts'

/** The content of an XOAUTH2 response: a mailbox, and a token to open it with. */
interface BearerCredential {
  readonly user: string
  readonly token: string
}

const SEPARATOR = '\u0001'

/** RFC 6750 §2.1 `b64token`; RFC 9110 §11.1 lets the scheme's name come in any letter case. */
const bearer = /^bearer +([\w.~+/=-]+)$/i

/** Returns the token of an `auth` value; undefined without a token. */
const tokenOf = (value: string): string | undefined => bearer.exec(value)?.[1]

/**
 * Reads `key=value` pairs between separators; names in lower case, the first of a name counts. Undefined if one is
 * malformed.
 */
function pairsOf(text: string): ReadonlyMap<string, string> | undefined {
  const pairs = new Map<string, string>()
  for (const pair of text.split(SEPARATOR)) {
    if (pair === '') continue
    const at = pair.indexOf('=')
    if (at < 1) return undefined
    const name = pair.slice(0, at).toLowerCase()
    if (!pairs.has(name)) pairs.set(name, pair.slice(at + 1))
  }
  return pairs
}

interface OauthbearerResponse {
  /** The mailbox to open; by default that of the token. */
  readonly user: string | undefined
  /** Absent in a probe, which only asks for the failure (RFC 7628 §4.3). */
  readonly token: string | undefined
}

/** RFC 5801 §4: the client uses no channel binding. An authorization identity may follow. */
const gs2Header = /^[ny],(?:a=([^,]*))?,$/

/**
 * RFC 7628 §3.1 in base64. Older versions of curl send `user=` in place of the GS2 header, which is accepted too.
 * Refuses `bad-syntax`.
 */
export function decodeOauthbearer(base64: string): OauthbearerResponse {
  const text = decodeBase64(base64, { fault: encodingFault(base64) }).toString('utf8')
  const at = text.indexOf(SEPARATOR)
  const header = gs2Header.exec(text.slice(0, at))
  const pairs = text.endsWith(SEPARATOR + SEPARATOR) ? pairsOf(header ? text.slice(at) : text) : undefined
  const auth = pairs?.get('auth')
  const user = header ? authorizationId(header[1]) : pairs?.get('user')
  const token = tokenOf(auth ?? '')
  const understood = auth !== undefined && (token !== undefined || auth === '') && (header !== null || Boolean(user))
  if (!understood) refuse('bad-syntax', 'That is not an OAUTHBEARER response', explained(text))
  return { user: user || undefined, token }
}

export function encodeOauthbearer(response: OauthbearerResponse): string {
  const header = response.user === undefined ? 'n,,' : `n,a=${escaped(response.user)},`
  const auth = response.token === undefined ? '' : `Bearer ${response.token}`
  return Buffer.from(`${header}${SEPARATOR}auth=${auth}${SEPARATOR}${SEPARATOR}`).toString('base64')
}

// RFC 5801 §4: `=` and `,` in a name are written =3D and =2C. No other `=` is valid.
const escaped = (name: string): string => name.replaceAll('=', '=3D').replaceAll(',', '=2C')

function authorizationId(written: string | undefined): string | undefined {
  if (written === undefined) return undefined
  if (/=(?!3D|2C)/i.test(written)) refuse('bad-syntax', 'That is not an authorization identity')
  return written.replace(/=(3D|2C)/gi, (_, code: string) => (code.toUpperCase() === '3D' ? '=' : ','))
}

/**
 * Google's "SASL XOAUTH2 mechanism": `user={mailbox} ^A auth=Bearer {token} ^A ^A` in base64. Refuses `bad-syntax`,
 * with `detail.fault` in words, and `detail.user` where the mailbox can be made out.
 */
export function decodeXoauth2(base64: string): BearerCredential {
  const text = decodeBase64(base64, { fault: encodingFault(base64) }).toString('utf8')
  const pairs = text.endsWith(SEPARATOR + SEPARATOR) ? pairsOf(text) : undefined
  const user = pairs?.get('user')
  const token = tokenOf(pairs?.get('auth') ?? '')
  if (!user || !token) return refuse('bad-syntax', 'That is not an XOAUTH2 response', explained(text))
  return { user, token }
}

/**
 * Matches only what looks like an address, because a token may stand in the wrong place. RFC 5321 §4.5.3.1: the limits.
 */
const named = /(?:^|\u0001)(?:user=|n,a=)([^\s\u0001^@\\]{1,64}@[\w.-]{1,255}?)(?=$|[\s\u0001^,\\]|auth=)/i

/** docs/reference/exchange-admin.md §13, row 24. The detail repeats nothing of the response: it may hold a token. */
function explained(text: string): { readonly fault: string; readonly user?: string } {
  const user = named.exec(encodedTwice(text) ?? text)?.[1]
  const fault = responseFault(text, user)
  return user === undefined ? { fault } : { fault, user }
}

export const encodeXoauth2 = ({ user, token }: BearerCredential): string =>
  Buffer.from(`user=${user}${SEPARATOR}auth=Bearer ${token}${SEPARATOR}${SEPARATOR}`).toString('base64')

export interface BearerFailure {
  /** RFC 7628 §3.2.2, from the registry of RFC 6750 §3.1. */
  readonly status: 'invalid_request' | 'invalid_token' | 'insufficient_scope'
  /** A sufficient scope. */
  readonly scope: string
}

/** RFC 7628 §3.2.2 in base64. `schemes` is for clients that follow Google's XOAUTH2. */
export const encodeBearerFailure = ({ status, scope }: BearerFailure): string =>
  Buffer.from(JSON.stringify({ status, schemes: 'bearer', scope })).toString('base64')
