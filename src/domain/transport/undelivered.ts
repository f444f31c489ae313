import type { Addressed, Hindrance } from './types.ts'

/** A mailbox that can't have a message, by its address, and the recipient through which it was found. */
export interface Undelivered {
  readonly recipient: Addressed
  readonly address: string
  readonly why: Extract<Hindrance, `recipient-${string}`>
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
    words: 'the message is larger than any that the mailbox takes',
  },
}
