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
