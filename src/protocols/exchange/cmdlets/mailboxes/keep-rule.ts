import { keepLimits, keepSwitches } from '../../../../cmdlets/exchange/mailboxes/keep-parameters.ts'
import type { MailboxRecord, SettingsChange } from '../../../../domain/directory/types.ts'
import type { KeepRule } from '../../../../domain/mail/recoverable/recoverable.ts'
import { RETAINED } from '../../objects/mailbox.ts'

/** How what is deleted of a mailbox is kept after a change of its settings; undefined where they say nothing about that. */
export function keepRule({ settings: before }: MailboxRecord, change: SettingsChange): KeepRule | undefined {
  const names = Object.keys({ ...keepSwitches, ...keepLimits })
  if (!names.some((name) => name in change)) return undefined
  const after = { ...before, ...change }
  const { LitigationHoldDuration: duration, RetainDeletedItemsFor: retained } = after
  return {
    held: after.LitigationHoldEnabled === true,
    heldFor: typeof duration === 'number' ? duration : undefined,
    recovers: after.SingleItemRecoveryEnabled === true,
    retains: typeof retained === 'number' ? retained : RETAINED,
  }
}
