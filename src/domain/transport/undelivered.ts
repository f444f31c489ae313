import type { Addressed, Restriction } from './types.ts'

/** A mailbox, or a group, that can't have a message, by its address, and the recipient through which it was found. */
export interface Undelivered {
  readonly recipient: Addressed
  readonly address: string
  readonly why: Exclude<Restriction, `sender-${string}`>
}

interface Diagnosis {
  /** RFC 3463 */
  readonly status: string
  /** What a server says that refuses the message for that. */
  readonly reply: string
  readonly words: string
}

/** As Exchange Online words it. */
export const diagnoses: Readonly<Record<Undelivered['why'], Diagnosis>> = {
  'recipient-full': {
    status: '5.2.2',
    reply:
      '554 5.2.2 mailbox full; STOREDRV.Deliver.Exception:QuotaExceededException.MapiExceptionShutoffQuotaExceeded',
    words: 'the mailbox is full',
  },
  'recipient-size': {
    status: '5.2.3',
    reply: '550 5.2.3 RESOLVER.RST.RecipSizeLimit; message too large for this recipient',
    words: 'the message is larger than any that is taken there',
  },
  'group-inside': {
    status: '5.7.133',
    reply:
      '550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required; Delivery restriction check failed because the sender was not authenticated when sending to this group',
    words: 'only mail from its own organization is taken there',
  },
  'mailbox-inside': {
    status: '5.7.134',
    reply:
      '550 5.7.134 RESOLVER.RST.SenderNotAuthenticatedForMailbox; authentication required; Delivery restriction check failed because the sender was not authenticated when sending to this mailbox',
    words: 'only mail from its own organization is taken there',
  },
  'group-unlisted': {
    status: '5.7.124',
    reply: '550 5.7.124 Sender not in allowed-senders list',
    words: 'only mail from those who are listed is taken there',
  },
  'mailbox-unlisted': {
    status: '5.7.1',
    reply: '550 5.7.1 RESOLVER.RST.NotAuthorized; not authorized',
    words: 'only mail from those who are listed is taken there',
  },
  'recipient-rejects': {
    status: '5.7.1',
    reply: '550 5.7.1 RESOLVER.RST.NotAuthorized; not authorized',
    words: 'no mail of yours is taken there',
  },
}
