import type { MailboxId } from '../../core/ids.ts'

/** RFC 1939 §3: who works on a maildrop has it to himself. One process holds a mailbox store, so memory will do. */
export class Maildrops {
  readonly #locked = new Set<MailboxId>()

  /** "Unlock", or undefined while somebody has it. */
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
