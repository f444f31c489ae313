import { composeMessage } from '../../../../codecs/mime/compose/compose-message.ts'
import { draftContent, type ReadOctets } from '../../../../codecs/mime/compose/draft-content.ts'
import type { NewMessageContent } from '../../../../codecs/mime/compose/new-message.ts'
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

/** A draft from elsewhere may lack the fields that every message has. */
async function contentOf({ structure, read }: StoredDraft, options: ComposeOptions): Promise<NewMessageContent> {
  const content = await draftContent(structure, read)
  const { messageId, date } = emptyMessage(options)
  return { ...content, messageId: content.messageId || messageId, date: content.date || date }
}
