import type { MailboxId } from '../../../core/ids.ts'
import { refuse } from '../../../core/refusal.ts'
import type { Growth } from '../hooks.ts'
import type { Quota } from '../types.ts'

const none: Growth = { octets: 0, messages: 0 }

/** Ends a reservation. */
export type Release = () => void

/**
 * Quota that is reserved for messages that are being stored and have no rows yet. A caller that reserves before it
 * stores never stores more than the quota allows, however many callers there are.
 */
export class Reservations {
  readonly #held = new Map<MailboxId, Growth>()
  #released = 0

  /** Reserves quota. `look` returns usage and limits; undefined if the mailbox has no limits. Refuses `over-quota`. */
  async reserve(mailbox: MailboxId, more: Growth, look: () => Promise<Quota | undefined>): Promise<Release> {
    for (;;) {
      const released = this.#released
      const quota = await look()
      if (!quota) return () => {}
      // The result of `look` may or may not include what was released in the meantime.
      if (released !== this.#released) continue
      const held = this.#held.get(mailbox) ?? none
      if (!fits(quota, sum(held, more))) refuse('over-quota', 'The mailbox is full')
      this.#held.set(mailbox, sum(held, more))
      return () => this.#release(mailbox, more)
    }
  }

  #release(mailbox: MailboxId, { octets, messages }: Growth): void {
    this.#released++
    const held = sum(this.#held.get(mailbox) ?? none, { octets: -octets, messages: -messages })
    if (held.messages > 0 || held.octets > 0) this.#held.set(mailbox, held)
    else this.#held.delete(mailbox)
  }
}

/** True if the mailbox may grow by `more`. */
export const fits = ({ used, limits }: Quota, more: Growth): boolean =>
  used.octets + more.octets <= (limits.octets ?? Number.POSITIVE_INFINITY) &&
  used.messages + more.messages <= (limits.messages ?? Number.POSITIVE_INFINITY)

const sum = (one: Growth, other: Growth): Growth => ({
  octets: one.octets + other.octets,
  messages: one.messages + other.messages,
})
