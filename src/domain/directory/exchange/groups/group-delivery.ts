import type { Guid } from '../../../../core/ids.ts'
import { guidsOf, numberOf } from '../recipients/mail-flow.ts'
import type { KeptSettings } from '../mailboxes/kept-settings.ts'

/** What a group says about mail to it. */
export interface GroupDelivery {
  /** Whether mail has to be from somebody of its own organization. */
  readonly fromInside: boolean
  /** Users, and groups whose members they are; empty for everybody. */
  readonly accepts: readonly Guid[]
  /** From whom none is taken, whatever else is said. */
  readonly rejects: readonly Guid[]
  /** Octets of a message; undefined for no limit of its own. */
  readonly maxReceive: number | undefined
}

/** By the names of `Set-DistributionGroup`. */
export const groupDeliveryOf = (settings: KeptSettings): GroupDelivery => ({
  fromInside: settings.RequireSenderAuthenticationEnabled !== false,
  accepts: [...guidsOf(settings.AcceptMessagesOnlyFrom), ...guidsOf(settings.AcceptMessagesOnlyFromDLMembers)],
  rejects: [...guidsOf(settings.RejectMessagesFrom), ...guidsOf(settings.RejectMessagesFromDLMembers)],
  maxReceive: numberOf(settings.MaxReceiveSize),
})
