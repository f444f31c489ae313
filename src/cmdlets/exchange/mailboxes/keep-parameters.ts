import { DAY } from '../../../core/time.ts'
import { optional } from '../../cmdlet.ts'
import { boolean, type ParameterType } from '../../parameter-type.ts'
import { timeSpan } from '../time-span.ts'

const holdDuration: ParameterType<number> = {
  ...timeSpan,
  shown: '<Unlimited>',
  expected: `${timeSpan.expected}, or Unlimited`,
  fromText: (given) => (/^unlimited$/i.test(given.trim()) ? Number.POSITIVE_INFINITY : timeSpan.fromText(given)),
  fromJson: (value) =>
    typeof value === 'string' || typeof value === 'number' ? holdDuration.fromText(String(value)) : undefined,
}

/** As Exchange Online: a month at most. */
const retention: ParameterType<number> = {
  ...timeSpan,
  expected: `${timeSpan.expected}, up to 30 days`,
  fromText: (given) => aMonthAtMost(timeSpan.fromText(given)),
  fromJson: (value) => aMonthAtMost(timeSpan.fromJson(value)),
}

const aMonthAtMost = (span: number | undefined): number | undefined =>
  span !== undefined && span <= 30 * DAY ? span : undefined

/** Whether what is deleted of a mailbox is kept, for Get-RecoverableItems and Restore-RecoverableItems. */
export const keepSwitches = {
  LitigationHoldEnabled: optional(boolean, 'Keeps deleted messages for LitigationHoldDuration.'),
  SingleItemRecoveryEnabled: optional(
    boolean,
    'Keeps deleted messages for RetainDeletedItemsFor, also without a hold.',
  ),
} as const

/** And for how long. */
export const keepLimits = {
  LitigationHoldDuration: optional(
    holdDuration,
    'How long a hold keeps a deleted message, counted from its arrival: days, a time such as 90.00:00:00, or Unlimited.',
  ),
  RetainDeletedItemsFor: optional(
    retention,
    'How long a deleted message is kept, counted from its deletion: days, or a time such as 14.00:00:00 (the default).',
  ),
} as const
