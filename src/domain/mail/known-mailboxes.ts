import type { MailboxId } from '../../core/ids.ts'

/** Mailboxes that are known to be there, so that whoever opens one again need not look. */
export class KnownMailboxes {
  readonly #known = new Set<MailboxId>()
  /** Those who looked before one was erased cannot tell whether it was that one. */
  #erasures = 0

  async sure(id: MailboxId, look: () => Promise<unknown>): Promise<void> {
    if (this.#known.has(id)) return
    const erasures = this.#erasures
    await look()
    if (erasures === this.#erasures) this.#known.add(id)
  }

  async erased(id: MailboxId, erase: () => Promise<void>): Promise<void> {
    this.#forget(id)
    await erase()
    this.#forget(id)
  }

  #forget(id: MailboxId): void {
    this.#known.delete(id)
    this.#erasures++
  }
}
