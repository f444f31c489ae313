import type { MailboxId } from '../../core/ids.ts'
import type { Quota } from '../mail/types.ts'

/** Whether a mailbox has room for a message of so many octets, which then is taken. */
export type Room = (mailbox: MailboxId, octets: number) => boolean

/** As of now: the write looks again, since others write too. */
export function roomIn(quotas: ReadonlyMap<MailboxId, Quota>): Room {
  const used = new Map([...quotas].map(([mailbox, quota]) => [mailbox, quota.used]))
  return (mailbox, octets) => {
    const { limits } = quotas.get(mailbox)!
    const before = used.get(mailbox)!
    const after = { octets: before.octets + octets, messages: before.messages + 1 }
    const fits =
      after.octets <= (limits.octets ?? Number.POSITIVE_INFINITY) &&
      after.messages <= (limits.messages ?? Number.POSITIVE_INFINITY)
    if (fits) used.set(mailbox, after)
    return fits
  }
}
