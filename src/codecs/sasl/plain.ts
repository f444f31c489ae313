import { refuse } from '../../core/refusal.ts'

/** RFC 4616 §2. */
export interface PlainResponse {
  /** The identity to act as; empty for that of the user. */
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

/** Far more than any client sends: tokens have 1.5 to 3 KB, rarely more. */
const longest = 64 * 1024

/** RFC 4648 §4, with or without padding. Refuses `bad-syntax` for anything else. */
export function decodeBase64(text: string, detail?: Readonly<Record<string, string>>): Buffer {
  const bare = text.replace(/={1,2}$/, '')
  const padded = bare.length === text.length || text.length % 4 === 0
  const fits = text.length <= longest && padded && bare.length % 4 !== 1 && /^[A-Za-z0-9+/]*$/.test(bare)
  return fits ? Buffer.from(bare, 'base64') : refuse('bad-syntax', 'That is not base64', detail)
}
