import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'

export type Json = Record<string, unknown>

/** The parts of a token as they can be changed. */
export interface Opened {
  readonly header: Json
  readonly claims: Json
}

const written = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const read = (part: string): Json => JSON.parse(Buffer.from(part, 'base64url').toString()) as Json

export function opened(token: string): Opened {
  const [header = '', claims = ''] = token.split('.')
  return { header: read(header), claims: read(claims) }
}

/** A token by an attacker's own key. */
export const signedBy = (key: KeyObject, header: Json, claims: Json): string => {
  const input = `${written(header)}.${written(claims)}`
  return `${input}.${sign('sha256', Buffer.from(input), key).toString('base64url')}`
}

/** A token with a hash that is keyed with what everybody knows. */
export const hashedWith = (secret: string | Buffer, header: Json, claims: Json): string => {
  const input = `${written(header)}.${written(claims)}`
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
}

/** A token under someone else's signature, or none. */
export const unsigned = (header: Json, claims: Json, signature = ''): string =>
  `${written(header)}.${written(claims)}.${signature}`

export const attackersKey = generateKeyPairSync('rsa', { modulusLength: 2048 })
