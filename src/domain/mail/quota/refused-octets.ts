import { HOUR } from '../../../core/time.ts'
import type { MailboxId } from '../../../core/ids.ts'
import { refuse } from '../../../core/refusal.ts'
import type { World } from '../../../core/world.ts'

/**
 * Octets per mailbox and hour that were stored for messages that were refused afterwards. Beyond the limit the mailbox
 * accepts no message until the hour ends, so that refused messages cannot keep the disk busy.
 */
export class RefusedOctets {
  readonly #world: World
  readonly #most: number
  readonly #mailboxes = new Map<MailboxId, { readonly since: number; octets: number }>()

  constructor(world: World, most: number) {
    this.#world = world
    this.#most = most
  }

  /** Refuses `over-quota` for a mailbox beyond its limit, before anything is stored for it. */
  check(mailbox: MailboxId): void {
    if (this.#present(mailbox).octets < this.#most) return
    refuse('over-quota', 'Too many messages were refused in this mailbox; try again in an hour')
  }

  add(mailbox: MailboxId, octets: number): void {
    const present = this.#present(mailbox)
    present.octets += octets
    this.#mailboxes.set(mailbox, present)
  }

  #present(mailbox: MailboxId): { readonly since: number; octets: number } {
    const now = this.#world.elapsed()
    const known = this.#mailboxes.get(mailbox)
    if (known && now - known.since < HOUR) return known
    this.#mailboxes.delete(mailbox)
    return { since: now, octets: 0 }
  }
}
