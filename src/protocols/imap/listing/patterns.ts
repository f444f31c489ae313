import { matcher } from '../../../codecs/imap/list-command.ts'
import { refuse } from '../../../core/refusal.ts'
import { Turns } from '../../../core/turns.ts'
import type { ImapDialect } from '../state.ts'
import { patternText } from './folder-name.ts'

/** Patterns of one command. */
const MOST_PATTERNS = 100
/** Characters of names and patterns that are compared between two turns of the event loop. */
const TURN = 4 * 1024 ** 2

/** What LIST and LSUB compare names with. */
export class Patterns {
  readonly #matchers: readonly ((label: string) => boolean)[]
  readonly #length: number
  readonly #turns: Turns

  /** As they were sent. Refuses `too-big` for too many. `closed` ends the work. */
  constructor(patterns: readonly string[], dialect: ImapDialect, closed: AbortSignal) {
    if (patterns.length > MOST_PATTERNS) refuse('too-big', 'There are too many patterns', { code: 'LIMIT' })
    const texts = patterns.map((pattern) => patternText(pattern, dialect))
    this.#matchers = texts.map(matcher)
    this.#length = texts.reduce((sum, { length }) => sum + length, 0)
    this.#turns = new Turns(TURN, closed)
  }

  /** Whether a label, as the client knows it, fits one of them. Call {@link turn} in between. */
  fit(label: string): boolean {
    this.#turns.count((label.length + 1) * (this.#length + 1))
    return this.#matchers.some((fits) => fits(label))
  }

  /** Resolves when work may go on; undefined when it may at once. */
  turn(): Promise<void> | undefined {
    return this.#turns.due ? this.#turns.pause() : undefined
  }

  /** Those whose labels fit. */
  async fitting<T extends { readonly label: string }>(names: Iterable<T>): Promise<Set<T>> {
    const found = new Set<T>()
    for (const name of names) {
      await this.turn()
      if (this.fit(name.label)) found.add(name)
    }
    return found
  }
}
