import type { ItemIdKind, ItemProperty, MailItem, MailItems } from '../../../../domain/mail/items/types.ts'
import type { MessageContent } from './message-content.ts'
import type { ShownMessage } from './message-shape.ts'
import { storedState } from './message-state.ts'

/** The identifiers of items in an answer, and the URL under which the caller reached us. */
export interface AnswerIds {
  readonly items: Pick<MailItems, 'itemId' | 'folderId' | 'conversationId' | 'changeKey'>
  readonly kind: ItemIdKind
  readonly base: string
}

/** An item with its content and its stored properties, as its JSON shows it. */
export function shownMessage(
  item: MailItem,
  content: MessageContent,
  properties: readonly ItemProperty[],
  { items, kind, base }: AnswerIds,
): ShownMessage {
  const { flag, inferenceClassification } = storedState(properties)
  return {
    // Only those that are selected are made: each has a check value.
    ids: {
      id: items.itemId(item, kind),
      changeKey: items.changeKey(item),
      get parentFolderId() {
        return items.folderId(item.folder)
      },
      get conversationId() {
        return items.conversationId(item.threadId ?? '')
      },
      get webLink() {
        return `${base}/owa/?ItemID=${encodeURIComponent(this.id)}&exvsurl=1&viewmodel=ReadMessageItem`
      },
    },
    state: item,
    content,
    flag,
    inferenceClassification,
  }
}
