import { refuse } from '../../core/refusal.ts'

/** Tokens are 1.5 to 3 KB, rarely more; nothing that a client means to send comes near this. */
const longest = 64 * 1024

/** RFC 4648 §4, with or without its padding. Refuses `bad-syntax` for anything else. */
export function decodeBase64(text: string, detail?: Readonly<Record<string, string>>): Buffer {
  const bare = text.replace(/={1,2}$/, '')
  const padded = bare.length === text.length || text.length % 4 === 0
  const fits = text.length <= longest && padded && bare.length % 4 !== 1 && /^[A-Za-z0-9+/]*$/.test(bare)
  return fits ? Buffer.from(bare, 'base64') : refuse('bad-syntax', 'That is not base64', detail)
}
