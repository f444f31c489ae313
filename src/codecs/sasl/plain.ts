import { refuse } from '../../core/refusal.ts'
import { decodeBase64 } from './base64.ts'

/** RFC 4616 §2. */
export interface PlainResponse {
  /** Whom to act as; the one who signs in when empty. */
  readonly authorization: string
  readonly user: string
  readonly password: string
}

/** Refuses `bad-syntax`. */
export function decodePlain(base64: string): PlainResponse {
  const [authorization, user, password, ...more] = decodeBase64(base64).toString('utf8').split('\0')
  if (!user || password === undefined || more.length > 0) refuse('bad-syntax', 'That is not a PLAIN response')
  return { authorization: authorization!, user, password }
}

export const encodePlain = ({ authorization, user, password }: PlainResponse): string =>
  Buffer.from(`${authorization}\0${user}\0${password}`).toString('base64')
