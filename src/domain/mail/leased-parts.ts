import type { MailboxId } from '../../core/ids.ts'
import type { Leases, Statement } from '../../storage/engine.ts'

/** Mailboxes are divided into so many parts, by their numbers. */
const PARTS = 16

const everyMailbox: Statement = { parts: [''], args: [] }

/** The parts of the mailboxes for which this node does the work in the background: each part has one node at a time. */
export class LeasedParts {
  readonly #held = new Set<number>()
  readonly #watchers: (() => void)[] = []
  #condition: Statement = { parts: [' and 1 = 0'], args: [] }

  constructor(leases: Leases, name: string) {
    for (let part = 0; part < PARTS; part++) leases.run(`${name}-${part}`, (signal) => this.#hold(part, signal))
  }

  /** Whether this node has all parts. */
  get hasAll(): boolean {
    return this.#held.size === PARTS
  }

  get hasNone(): boolean {
    return this.#held.size === 0
  }

  has(mailbox: MailboxId): boolean {
    return this.#held.has(mailbox % PARTS)
  }

  /** A condition of a statement on its column `mailbox`: it follows another condition. */
  get condition(): Statement {
    return this.#condition
  }

  /** Calls `changed` after the node got or lost a part. */
  watch(changed: () => void): void {
    this.#watchers.push(changed)
  }

  async #hold(part: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return
    this.#held.add(part)
    this.#tell()
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
    this.#held.delete(part)
    this.#tell()
  }

  #tell(): void {
    const held = [...this.#held].sort((a, b) => a - b)
    const none = held.length === 0 ? '1 = 0' : `mailbox % ${PARTS} in (${held.join(', ')})`
    this.#condition = this.hasAll ? everyMailbox : { parts: [` and ${none}`], args: [] }
    for (const changed of this.#watchers) changed()
  }
}
