import type { Row, Statement } from '../engine.ts'
import { ConnectionLost } from './connection.ts'
import { type Link, StatementLimit } from './link.ts'
import { isStale } from './prepared-run.ts'

/** Reads that may run or wait. */
const MOST_READS = 16_384

/** Connections for reads outside transactions. Each read sees what was committed when it began. */
export class Readers {
  readonly #links: readonly Link[]
  readonly #limit: StatementLimit
  #next = 0

  constructor(links: readonly Link[], mostReads = MOST_READS) {
    this.#links = links
    this.#limit = new StatementLimit(mostReads)
  }

  /** Refuses `busy` if too many reads wait. */
  all(statement: Statement): Promise<readonly Row[]> {
    return this.#limit.run(() => this.#run(statement))
  }

  async #run(statement: Statement): Promise<readonly Row[]> {
    try {
      return await (await this.#idlest().get()).statement(statement)
    } catch (error) {
      if (!(error instanceof ConnectionLost || isStale(error))) throw error
      // A read changes nothing, so it runs again.
      return (await this.#idlest().get()).statement(statement)
    }
  }

  /**
   * The connection with the fewest statements under way; in turn if several have the fewest. While all of them are busy,
   * another one is opened for the reads that follow.
   */
  #idlest(): Link {
    const start = this.#next++
    let best: Link | undefined
    let absent: Link | undefined
    for (let at = 0; at < this.#links.length; at++) {
      const link = this.#links[(start + at) % this.#links.length]!
      if (!link.current) {
        absent ??= link
        continue
      }
      if (link.current.pending === 0) return link
      if (!best || link.current.pending < best.current!.pending) best = link
    }
    if (best) absent?.keepOpen()
    return best ?? this.#links[start % this.#links.length]!
  }

  async close(): Promise<void> {
    await Promise.all(this.#links.map((link) => link.close()))
  }
}
