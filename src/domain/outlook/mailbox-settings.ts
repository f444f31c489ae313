import type { MailboxSettings } from './types.ts'

/** A moment that no schedule has, as Exchange shows it where none was set. */
const never = { dateTime: '0001-01-01T00:00:00.0000000', timeZone: 'UTC' } as const

/** The settings of a mailbox whose user changed nothing. */
export const initialSettings: MailboxSettings = {
  automaticReplies: {
    status: 'disabled',
    externalAudience: 'all',
    scheduledStartDateTime: never,
    scheduledEndDateTime: never,
    internalReplyMessage: '',
    externalReplyMessage: '',
  },
  timeZone: 'UTC',
  dateFormat: 'M/d/yyyy',
  timeFormat: 'h:mm tt',
  locale: 'en-US',
  workingHours: {
    daysOfWeek: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'],
    startTime: '08:00:00.0000000',
    endTime: '17:00:00.0000000',
    timeZone: { name: 'Pacific Standard Time' },
  },
  delegateMeetingMessageDeliveryOptions: 'sendToDelegateOnly',
}
