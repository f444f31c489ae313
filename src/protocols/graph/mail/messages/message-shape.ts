import type { EventMessage, FollowupFlag, InferenceClassificationType, Message } from '@microsoft/microsoft-graph-types'
import { rootThreadIndex } from '../../../../codecs/mime/thread-index.ts'
import { isoSeconds } from '../../../../core/time.ts'
import type { MailItem } from '../../../../domain/mail/items/types.ts'
import { badRequest } from '../../errors.ts'
import type { MessageContent } from './message-content.ts'

/** The facts of an item that are not in its content. */
export type ItemState = Pick<
  MailItem,
  | 'isRead'
  | 'isDraft'
  | 'flagStatus'
  | 'importance'
  | 'categories'
  | 'received'
  | 'createdAt'
  | 'modifiedAt'
  | 'hasAttachments'
  | 'threadId'
>

/** The identifiers of an item as Graph shows them. */
export interface MessageIds {
  readonly id: string
  readonly changeKey: string
  readonly parentFolderId: string
  readonly conversationId: string
  readonly webLink: string
}

/** A message with all that its JSON shows. */
export interface ShownMessage {
  readonly ids: MessageIds
  readonly state: ItemState
  readonly content: MessageContent
  /** The dates of the flag; `flagStatus` comes from the state. */
  readonly flag?: FollowupFlag | undefined
  readonly inferenceClassification?: InferenceClassificationType | undefined
}

type Navigation = 'attachments' | 'extensions' | 'multiValueExtendedProperties' | 'singleValueExtendedProperties'

/** A property of a message, spelled as Graph spells it. */
export type MessageProperty = Exclude<keyof Message, Navigation>

/** The properties in the order of Graph (docs/reference/graph-mail.md §2.1). The compiler checks that none is missing. */
const properties: { readonly [Name in MessageProperty]-?: (shown: ShownMessage) => Message[Name] } = {
  id: ({ ids }) => ids.id,
  createdDateTime: ({ state }) => isoSeconds(state.createdAt),
  lastModifiedDateTime: ({ state }) => isoSeconds(state.modifiedAt),
  changeKey: ({ ids }) => ids.changeKey,
  categories: ({ state }) => [...state.categories],
  receivedDateTime: ({ state }) => isoSeconds(state.received.at),
  sentDateTime: ({ state, content }) => isoSeconds(content.sent ?? state.received.at),
  hasAttachments: ({ state }) => state.hasAttachments,
  internetMessageId: ({ content }) => content.internetMessageId ?? null,
  subject: ({ content }) => content.subject,
  bodyPreview: ({ content }) => content.preview ?? '',
  importance: ({ state }) => state.importance,
  parentFolderId: ({ ids }) => ids.parentFolderId,
  conversationId: ({ ids }) => ids.conversationId,
  conversationIndex: (shown) => threadIndexOf(shown).toString('base64'),
  isDeliveryReceiptRequested: ({ state, content }) => content.header?.isDeliveryReceiptRequested || receiptOf(state),
  isReadReceiptRequested: ({ content }) => content.header?.isReadReceiptRequested ?? false,
  isRead: ({ state }) => state.isRead,
  isDraft: ({ state }) => state.isDraft,
  webLink: ({ ids }) => ids.webLink,
  inferenceClassification: ({ inferenceClassification }) => inferenceClassification ?? 'focused',
  body: ({ content }) => content.body ?? null,
  sender: ({ content }) => content.sender ?? null,
  from: ({ content }) => content.from ?? null,
  toRecipients: ({ content }) => [...content.to],
  ccRecipients: ({ content }) => [...content.cc],
  bccRecipients: ({ content }) => [...content.bcc],
  replyTo: ({ content }) => [...content.replyTo],
  flag: ({ state, flag }) => ({ flagStatus: state.flagStatus, ...flag }),
  uniqueBody: ({ content }) => content.uniqueBody ?? null,
  internetMessageHeaders: ({ content }) => [...(content.header?.fields ?? [])],
}

/** The names of all properties. */
export const messageProperties = Object.keys(properties) as readonly MessageProperty[]

const onlySelected: ReadonlySet<MessageProperty> = new Set(['uniqueBody', 'internetMessageHeaders'])

/** `Mail.ReadBasic` hides these, and the attachments and extended properties. */
const hiddenInBasic: ReadonlySet<MessageProperty> = new Set(['body', 'bodyPreview', 'uniqueBody'])

/** The relations that `$expand` accepts, and whether `Mail.ReadBasic` shows them. */
export const messageRelations: readonly Navigation[] = [
  'attachments',
  'extensions',
  'singleValueExtendedProperties',
  'multiValueExtendedProperties',
]

/** As in Exchange: unknown for a message that came from elsewhere and does not request it. */
const receiptOf = ({ isDraft }: ItemState): boolean | null => (isDraft ? false : null)

function threadIndexOf({ state, content }: ShownMessage): Buffer {
  const key = state.threadId ?? content.internetMessageId ?? ''
  return content.header?.threadIndex ?? rootThreadIndex(content.sent ?? state.received.at, key)
}

/**
 * The properties that an answer has: those of `$select`, or the default ones. Relations in `$select` are ignored here.
 * Refuses unknown names.
 */
export function answeredProperties(
  selected: readonly string[] | undefined,
  basic: boolean,
): ReadonlySet<MessageProperty> {
  const names =
    selected === undefined
      ? messageProperties.filter((name) => !onlySelected.has(name))
      : selected.map(propertyNamed).filter((name) => name !== undefined)
  return new Set<MessageProperty>(['id', ...names.filter((name) => !(basic && hiddenInBasic.has(name)))])
}

function propertyNamed(name: string): MessageProperty | undefined {
  if (Object.hasOwn(properties, name)) return name as MessageProperty
  const known = messageProperties.find((own) => own.toLowerCase() === name.toLowerCase())
  if (known !== undefined) return known
  if ([...messageRelations, '@odata.etag'].some((own) => own.toLowerCase() === name.toLowerCase())) return undefined
  // The code and the text of the real service.
  return badRequest(
    `Could not find a property named '${name.slice(0, 128)}' on type 'microsoft.graph.message'.`,
    'RequestBroker--ParseUri',
  )
}

/** The JSON of a message. `typed` adds `@odata.type` to a plain message too, as in a delta answer. */
export function messageJson(
  shown: ShownMessage,
  answered: ReadonlySet<MessageProperty>,
  typed = false,
): Record<string, unknown> {
  const { meeting } = shown.content
  const json: Record<string, unknown> = {}
  if (meeting || typed) json['@odata.type'] = `#microsoft.graph.${meeting?.type ?? 'message'}`
  json['@odata.etag'] = etagOf(shown.ids.changeKey)
  for (const name of messageProperties) if (answered.has(name)) json[name] = properties[name](shown) ?? null
  return meeting && answered.has('body') ? { ...json, ...meetingJson(shown) } : json
}

export const etagOf = (changeKey: string): string => `W/"${changeKey}"`

const meetingJson = ({ content }: ShownMessage): EventMessage => ({
  meetingMessageType: content.meeting?.messageType ?? 'none',
  isOutOfDate: false,
  isDelegated: false,
})
