import { refuse } from '../core/refusal.ts'

/**
 * The arguments of a command of words, taken one by one: what POP3 and SMTP have in common.
 * Refuses `bad-syntax` for what is missing, malformed, or left over.
 */
export class ArgumentWords {
  /** What was not taken yet, as octets. */
  protected left: string

  constructor(text: string) {
    this.left = text
  }

  get empty(): boolean {
    return this.left.trim() === ''
  }

  word(): string {
    const [, word, left] = /^ *([^ ]+)(.*)$/s.exec(this.left) ?? refuse('bad-syntax', 'An argument is missing')
    this.left = left!
    return word!
  }

  /** All that is left, spaces and all. */
  rest(): string {
    const rest = this.left
    this.left = ''
    return rest
  }

  end(): void {
    if (!this.empty) refuse('bad-syntax', 'There are too many arguments')
  }
}
