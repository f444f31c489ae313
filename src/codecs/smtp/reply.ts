/** RFC 5321 §4.5.3.1.5: at most 512 octets with the CRLF. */
const LONGEST = 510

/**
 * RFC 5321 §4.2.1: a reply with one line for each text. `status`: the status code of RFC 3463, which every line repeats
 * (RFC 2034 §4).
 */
export function reply(code: number, status: string | undefined, ...texts: readonly string[]): string {
  const lines = texts.length === 0 ? [''] : texts
  const prefix = status === undefined ? '' : `${status} `
  return lines.map((text, at) => line(`${code}${at < lines.length - 1 ? '-' : ' '}${prefix}${text}`)).join('')
}

/** RFC 4954 §4: a challenge in base64. An empty one ends in a space, because some clients wait for it. */
export const challenge = (base64: string): string => `334 ${base64}\r\n`

const line = (text: string): string => `${text.replace(/[^\x20-\x7e]+/g, ' ').slice(0, LONGEST)}\r\n`
