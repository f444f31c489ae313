/** RFC 5321 §4.5.3.1.5: at most 512 octets with the CRLF. */
const LONGEST = 510

/**
 * RFC 5321 §4.2.1: a reply, of several lines where there are several texts. `status` is RFC 3463's, where there is one:
 * it stands on every line (RFC 2034 §4).
 */
export function reply(code: number, status: string | undefined, ...texts: readonly string[]): string {
  const lines = texts.length === 0 ? [''] : texts
  const prefix = status === undefined ? '' : `${status} `
  return lines.map((text, at) => line(`${code}${at < lines.length - 1 ? '-' : ' '}${prefix}${text}`)).join('')
}

/** RFC 4954 §4: a challenge in base64. With nothing to say it ends in a space, which some clients wait for. */
export const challenge = (base64: string): string => `334 ${base64}\r\n`

const line = (text: string): string => `${text.replace(/[^\x20-\x7e]+/g, ' ').slice(0, LONGEST)}\r\n`
