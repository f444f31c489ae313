import type { Guid } from '../../../../core/ids.ts'
import { guidsOf, type StoredSettings, numberOf } from '../mailboxes/kept-settings.ts'

/** The delivery restrictions of a mailbox or a group. */
export interface DeliverySettings {
  /** Whether the sender must be in the same organization. */
  readonly fromInside: boolean
  /** Users and groups whose mail is accepted; empty accepts everybody. */
  readonly accepts: readonly Guid[]
  /** Users and groups whose mail is always rejected. */
  readonly rejects: readonly Guid[]
  /** The maximum message size in octets; undefined if the recipient has no limit of its own. */
  readonly maxReceive: number | undefined
}

/** Reads the settings of `Set-Mailbox` and `Set-DistributionGroup`. By default, a mailbox accepts all mail. */
export const deliveryOf = (settings: StoredSettings, kind: 'mailbox' | 'group'): DeliverySettings => ({
  fromInside:
    kind === 'group'
      ? settings.RequireSenderAuthenticationEnabled !== false
      : settings.RequireSenderAuthenticationEnabled === true,
  accepts: [...guidsOf(settings.AcceptMessagesOnlyFrom), ...guidsOf(settings.AcceptMessagesOnlyFromDLMembers)],
  rejects: [...guidsOf(settings.RejectMessagesFrom), ...guidsOf(settings.RejectMessagesFromDLMembers)],
  maxReceive: numberOf(settings.MaxReceiveSize),
})
