/** RFC 3206 and RFC 2449 §8: the reason of a refusal in a form for programs. */
export type ResponseCode = 'IN-USE' | 'AUTH' | 'SYS/TEMP' | 'SYS/PERM'

/** RFC 1939 §3, as RFC 2449 §4 extends it: at most 512 octets with the CRLF. */
const LONGEST = 510

export const ok = (text = ''): string => line(text === '' ? '+OK' : `+OK ${text}`)

export const err = (text: string, code?: ResponseCode): string =>
  line(code === undefined ? `-ERR ${text}` : `-ERR [${code}] ${text}`)

/** RFC 5034 §4: a challenge in base64. */
export const challenge = (base64: string): string => `+ ${base64}\r\n`

const line = (text: string): string => `${text.replace(/[^\x20-\x7e]+/g, ' ').slice(0, LONGEST)}\r\n`
