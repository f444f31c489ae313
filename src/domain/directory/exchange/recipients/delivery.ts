import type { Guid } from '../../../../core/ids.ts'
import { guidsOf, type StoredSettings, numberOf } from '../mailboxes/kept-settings.ts'

/** What a mailbox or a group says about mail to it. */
export interface DeliverySettings {
  /** Whether mail has to be from somebody of its own organization. */
  readonly fromInside: boolean
  /** Users, and groups whose members they are; empty for everybody. */
  readonly accepts: readonly Guid[]
  /** From whom none is taken, whatever else is said. */
  readonly rejects: readonly Guid[]
  /** Octets of a message; undefined for no limit of its own. */
  readonly maxReceive: number | undefined
}

/** By the names of `Set-Mailbox` and `Set-DistributionGroup`; of which the first takes mail from everybody at first. */
export const deliveryOf = (settings: StoredSettings, kind: 'mailbox' | 'group'): DeliverySettings => ({
  fromInside:
    kind === 'group'
      ? settings.RequireSenderAuthenticationEnabled !== false
      : settings.RequireSenderAuthenticationEnabled === true,
  accepts: [...guidsOf(settings.AcceptMessagesOnlyFrom), ...guidsOf(settings.AcceptMessagesOnlyFromDLMembers)],
  rejects: [...guidsOf(settings.RejectMessagesFrom), ...guidsOf(settings.RejectMessagesFromDLMembers)],
  maxReceive: numberOf(settings.MaxReceiveSize),
})
