import type { MailboxId } from '../../core/ids.ts'

/**
 * RFC 1939 §3: a POP3 session has exclusive access to its maildrop. One process has the store open, so the locks are in
 * memory.
 */
export class Maildrops {
  readonly #locked = new Set<MailboxId>()

  /** Returns a function that unlocks, or undefined if the maildrop is locked. */
  lock(mailbox: MailboxId): (() => void) | undefined {
    if (this.#locked.has(mailbox)) return undefined
    this.#locked.add(mailbox)
    let mine = true
    return () => {
      if (mine) this.#locked.delete(mailbox)
      mine = false
    }
  }
}
