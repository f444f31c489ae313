import { refuse } from '../../core/refusal.ts'
import { ArgumentWords } from '../argument-words.ts'

/** RFC 1939 §3: a keyword of letters, in any case, and what stands behind it. */
export interface Pop3CommandLine {
  /** In upper case. */
  readonly keyword: string
  readonly args: Pop3Arguments
}

/** Refuses `bad-syntax` for what does not begin with a keyword. */
export function readCommand(line: Buffer): Pop3CommandLine {
  const found = /^([A-Za-z\d-]{1,40})(?: (.*))?$/s.exec(line.toString('latin1').trimEnd())
  if (!found) return refuse('bad-syntax', 'That is not a command')
  return { keyword: found[1]!.toUpperCase(), args: new Pop3Arguments(found[2] ?? '') }
}

/** A POP3 command's arguments. A password may have spaces in it (RFC 1939 §7, PASS): see `rest`. */
export class Pop3Arguments extends ArgumentWords {
  /** RFC 1939 bounds no number, so one too great for anything is as great as can be. */
  number(): number {
    const word = this.word()
    if (!/^\d+$/.test(word)) return refuse('bad-syntax', 'A number was expected')
    return Math.min(Number(word), Number.MAX_SAFE_INTEGER)
  }
}
