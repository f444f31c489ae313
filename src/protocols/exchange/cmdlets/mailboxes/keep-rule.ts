import type { SettingsChange } from '../../../../domain/directory/types.ts'
import type { KeepRule } from '../../../../domain/mail/recoverable/recoverable.ts'
import { RETAINED } from '../../objects/mailbox.ts'

/** What a change of its settings changes of how what is deleted of a mailbox is kept. */
export function keepRule(change: SettingsChange): Partial<KeepRule> {
  const { LitigationHoldDuration: duration, RetainDeletedItemsFor: retained } = change
  return {
    ...('LitigationHoldEnabled' in change && { held: change.LitigationHoldEnabled === true }),
    ...('LitigationHoldDuration' in change && { heldFor: typeof duration === 'number' ? duration : undefined }),
    ...('SingleItemRecoveryEnabled' in change && { recovers: change.SingleItemRecoveryEnabled === true }),
    ...('RetainDeletedItemsFor' in change && { retains: typeof retained === 'number' ? retained : RETAINED }),
  }
}
