import { refuse } from '../core/refusal.ts'

/**
 * Reads the arguments of a POP3 or SMTP command one by one. Refuses `bad-syntax` for missing, malformed and extra
 * arguments.
 */
export class ArgumentWords {
  /** The unread rest, as octets. */
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

  /** The unread rest with all its spaces. */
  rest(): string {
    const rest = this.left
    this.left = ''
    return rest
  }

  end(): void {
    if (!this.empty) refuse('bad-syntax', 'There are too many arguments')
  }
}
