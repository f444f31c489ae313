import { refuse } from '../../core/refusal.ts'
import { ArgumentWords } from '../argument-words.ts'

/** RFC 1939 §3: a keyword in any letter case, and its arguments. */
export interface Pop3CommandLine {
  /** In upper case. */
  readonly keyword: string
  readonly args: Pop3Arguments
}

/** Refuses `bad-syntax` for a line that does not begin with a keyword. */
export function readCommand(line: Buffer): Pop3CommandLine {
  const found = /^([A-Za-z\d-]{1,40})(?: (.*))?$/s.exec(line.toString('latin1').trimEnd())
  if (!found) return refuse('bad-syntax', 'That is not a command')
  return { keyword: found[1]!.toUpperCase(), args: new Pop3Arguments(found[2] ?? '') }
}

/** The arguments of a POP3 command. A password may contain spaces (RFC 1939 §7, PASS): see `rest`. */
export class Pop3Arguments extends ArgumentWords {
  /** RFC 1939 does not limit numbers. A very large one becomes the largest safe integer. */
  number(): number {
    const word = this.word()
    if (!/^\d+$/.test(word)) return refuse('bad-syntax', 'A number was expected')
    return Math.min(Number(word), Number.MAX_SAFE_INTEGER)
  }
}

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
