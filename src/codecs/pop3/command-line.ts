import { refuse } from '../../core/refusal.ts'

/** RFC 1939 §3: a keyword of letters, in any case, and what stands behind it. */
export interface CommandLine {
  /** In upper case. */
  readonly keyword: string
  readonly args: Arguments
}

/** Refuses `bad-syntax` for what does not begin with a keyword. */
export function readCommand(line: Buffer): CommandLine {
  const found = /^([A-Za-z\d-]{1,40})(?: (.*))?$/s.exec(line.toString('latin1').trimEnd())
  if (!found) return refuse('bad-syntax', 'That is not a command')
  return { keyword: found[1]!.toUpperCase(), args: new Arguments(found[2] ?? '') }
}

/** Takes a command's arguments one by one. Refuses `bad-syntax` for what is missing, malformed, or left over. */
export class Arguments {
  #rest: string

  constructor(text: string) {
    this.#rest = text
  }

  get empty(): boolean {
    return this.#rest.trim() === ''
  }

  word(): string {
    const [, word, rest] = /^ *([^ ]+)(.*)$/s.exec(this.#rest) ?? refuse('bad-syntax', 'An argument is missing')
    this.#rest = rest!
    return word!
  }

  /** RFC 1939 bounds no number, so one too great for anything is as great as can be. */
  number(): number {
    const word = this.word()
    if (!/^\d+$/.test(word)) return refuse('bad-syntax', 'A number was expected')
    return Math.min(Number(word), Number.MAX_SAFE_INTEGER)
  }

  /** All that is left, spaces and all: a password may have them (RFC 1939 §7, PASS). */
  rest(): string {
    const rest = this.#rest
    this.#rest = ''
    return rest
  }

  end(): void {
    if (!this.empty) refuse('bad-syntax', 'There are too many arguments')
  }
}
