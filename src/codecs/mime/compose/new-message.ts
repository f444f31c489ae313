import type { Readable } from 'node:stream'

/** An address of a message to write; the name may be empty. */
export interface NewAddress {
  readonly name: string
  readonly address: string
}

export interface NewBody {
  readonly contentType: 'html' | 'text'
  readonly content: string
}

/** A file, a message, or the address of a file, to attach. */
export type NewAttachment =
  | {
      readonly kind: 'file'
      readonly name: string
      readonly contentType: string
      readonly content: Buffer | Readable
      readonly isInline: boolean
      /** Without angle brackets. */
      readonly contentId: string | undefined
      readonly contentLocation: string | undefined
    }
  | { readonly kind: 'item'; readonly name: string; readonly content: Buffer | Readable }
  | { readonly kind: 'reference'; readonly name: string; readonly url: string }
  /** A part of another message as it is, with its header. */
  | {
      readonly kind: 'kept'
      readonly octets: Buffer | Readable
      readonly isInline: boolean
      /** With a Content-ID, an inline part stands beside the HTML. */
      readonly contentId: string | undefined
    }

/** A header field with its decoded value. */
export interface NewField {
  readonly name: string
  readonly value: string
}

/** A message to write. */
export interface NewMessageContent {
  readonly from: NewAddress | undefined
  readonly sender: NewAddress | undefined
  readonly to: readonly NewAddress[]
  readonly cc: readonly NewAddress[]
  readonly bcc: readonly NewAddress[]
  readonly replyTo: readonly NewAddress[]
  readonly subject: string
  /** With angle brackets. */
  readonly messageId: string
  /** Milliseconds since the epoch. */
  readonly date: number
  /** With angle brackets. */
  readonly inReplyTo: string | undefined
  readonly references: readonly string[]
  readonly importance: 'low' | 'normal' | 'high'
  /** Who gets the receipts that are requested. */
  readonly readReceiptTo: string | undefined
  readonly deliveryReceiptTo: string | undefined
  readonly threadIndex: Buffer | undefined
  readonly threadTopic: string | undefined
  /** Other fields. */
  readonly fields: readonly NewField[]
  readonly body: NewBody
  /** Other forms of the body, such as a calendar, with their headers. */
  readonly alternatives: readonly Buffer[]
  readonly attachments: readonly NewAttachment[]
}
