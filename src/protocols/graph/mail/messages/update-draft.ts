import { composeMessage } from '../../../../codecs/mime/compose/compose-message.ts'
import { draftContent, type ReadOctets } from '../../../../codecs/mime/compose/draft-content.ts'
import type { NewAttachment, NewMessageContent } from '../../../../codecs/mime/compose/new-message.ts'
import { attachmentOf } from '../../../../codecs/mime/parts/attachment-key.ts'
import { messageParts } from '../../../../codecs/mime/parts/message-parts.ts'
import type { MimePart } from '../../../../codecs/mime/structure.ts'
import { type ComposeOptions, emptyMessage, withInput } from './compose-input.ts'
import type { MessageInput } from './input-types.ts'

/** A stored draft. */
export interface StoredDraft {
  readonly structure: MimePart
  readonly read: ReadOctets
}

/** Writes a draft again with the properties that a request sets. What it does not set stays as it is. */
export async function updateDraft(draft: StoredDraft, input: MessageInput, options: ComposeOptions): Promise<Buffer> {
  return composeMessage(await withInput(await contentOf(draft, options), input, options), options.chance)
}

/** Writes a draft again with more attachments. */
export async function addAttachments(
  draft: StoredDraft,
  added: readonly NewAttachment[],
  options: ComposeOptions,
): Promise<Buffer> {
  const content = await contentOf(draft, options)
  return composeMessage({ ...content, attachments: [...content.attachments, ...added] }, options.chance)
}

/** Writes a draft again without an attachment. Undefined if it has none with this key. */
export async function removeAttachment(
  draft: StoredDraft,
  key: string,
  options: ComposeOptions,
): Promise<Buffer | undefined> {
  const removed = attachmentOf(draft.structure, key)
  if (!removed) return undefined
  const content = await contentOf(draft, options)
  const path = removed.path.join('.')
  const index = messageParts(draft.structure).attachments.findIndex((it) => it.path.join('.') === path)
  return composeMessage({ ...content, attachments: content.attachments.toSpliced(index, 1) }, options.chance)
}

/** A draft from elsewhere may lack the fields that every message has. */
async function contentOf({ structure, read }: StoredDraft, options: ComposeOptions): Promise<NewMessageContent> {
  const content = await draftContent(structure, read)
  const { messageId, date } = emptyMessage(options)
  return { ...content, messageId: content.messageId || messageId, date: content.date || date }
}
