import type { FollowupFlag } from '@microsoft/microsoft-graph-types'
import type { NewAddress, NewBody, NewField } from '../../../../codecs/mime/compose/new-message.ts'
import type { PropertyId } from '../properties/property-id.ts'

/** The properties of a message that a request sets. What is undefined stays; null clears. */
export interface MessageInput {
  readonly subject?: string | undefined
  readonly body?: NewBody | undefined
  readonly from?: NewAddress | null | undefined
  readonly sender?: NewAddress | null | undefined
  readonly toRecipients?: readonly NewAddress[] | undefined
  readonly ccRecipients?: readonly NewAddress[] | undefined
  readonly bccRecipients?: readonly NewAddress[] | undefined
  readonly replyTo?: readonly NewAddress[] | undefined
  readonly internetMessageId?: string | undefined
  readonly importance?: 'low' | 'normal' | 'high' | undefined
  readonly isReadReceiptRequested?: boolean | undefined
  readonly isDeliveryReceiptRequested?: boolean | undefined
  readonly isRead?: boolean | undefined
  readonly categories?: readonly string[] | undefined
  readonly flag?: FollowupFlag | undefined
  readonly inferenceClassification?: 'focused' | 'other' | undefined
  readonly internetMessageHeaders?: readonly NewField[] | undefined
  readonly attachments?: readonly AttachmentInput[] | undefined
  readonly singleValues?: readonly (readonly [id: PropertyId, value: string | undefined])[] | undefined
  readonly multiValues?: readonly (readonly [id: PropertyId, values: readonly string[]])[] | undefined
}

/** An attachment that a request adds. */
export type AttachmentInput =
  | {
      readonly kind: 'file'
      readonly name: string
      readonly contentType: string
      readonly content: Buffer
      readonly isInline: boolean
      readonly contentId: string | undefined
      readonly contentLocation: string | undefined
    }
  | { readonly kind: 'item'; readonly name: string; readonly item: MessageInput }
  | { readonly kind: 'reference'; readonly name: string; readonly url: string }
