import type { MessageContent } from './message-content.ts'
import { answeredProperties, messageJson } from './message-shape.ts'

/**
 * The JSON of a message inside a message: the `item` of an attachment. It has no place in a folder, so its identifiers
 * are empty.
 */
export function attachedMessageJson(content: MessageContent, modified: number): Record<string, unknown> {
  const sent = content.sent ?? modified
  const shown = {
    ids: { id: '', changeKey: '', parentFolderId: '', conversationId: '', webLink: '' },
    state: {
      isRead: true,
      isDraft: false,
      flagStatus: 'notFlagged' as const,
      importance: content.header?.importance ?? 'normal',
      categories: [],
      received: { at: sent, zone: 0 },
      createdAt: modified,
      modifiedAt: modified,
      hasAttachments: content.parts.attachments.some(({ isInline }) => !isInline),
      threadId: undefined,
    },
    content,
  }
  const answered = [...answeredProperties(undefined, false)].filter((name) => !placed.has(name))
  const { '@odata.etag': _, ...json } = messageJson(shown, new Set(answered), true)
  return json
}

/** Properties of an item in a folder. */
const placed: ReadonlySet<string> = new Set([
  'changeKey',
  'parentFolderId',
  'conversationId',
  'webLink',
  'inferenceClassification',
  'flag',
])
