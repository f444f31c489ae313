import { writtenQuantity } from '../../../cmdlets/exchange/byte-quantity.ts'
import type { Guid } from '../../../core/ids.ts'
import type { Delivery, KeptSettings } from '../../../domain/directory/types.ts'
import type { Output } from './output.ts'

/** Lists of mailboxes, with those of groups beside them. */
export const directions = ['AcceptMessagesOnlyFrom', 'RejectMessagesFrom'] as const

/** The recipients that are named in what is said about mail. */
export const namedIn = ({ accepts, rejects }: Delivery): readonly Guid[] => [...accepts, ...rejects]

export const deliveryOutput = (
  settings: KeptSettings,
  delivery: Delivery,
  nameOf: (recipient: Guid) => string,
): Output => ({
  RequireSenderAuthenticationEnabled: delivery.fromInside,
  MaxReceiveSize: writtenQuantity(delivery.maxReceive),
  ...Object.fromEntries(
    directions.flatMap((direction) => {
      const [mailboxes, groups] = [direction, `${direction}DLMembers`].map((name) => idsIn(settings[name]).map(nameOf))
      return [
        [direction, mailboxes!],
        [`${direction}DLMembers`, groups!],
        [`${direction}SendersOrMembers`, [...mailboxes!, ...groups!]],
      ]
    }),
  ),
})

const idsIn = (value: KeptSettings[string] | undefined): readonly Guid[] =>
  Array.isArray(value) ? (value as readonly Guid[]) : []
