import { decodeStructure, type MimePart } from '../../../../codecs/mime/structure.ts'
import type { ODataFilter } from '../../../../codecs/odata/filter.ts'
import type { ItemProperty, MailItem } from '../../../../domain/mail/items/types.ts'
import type { Message } from '../../../../domain/mail/types.ts'
import { attachmentId } from '../attachments/attachment-id.ts'
import { contentBytes } from '../attachments/attachment-content.ts'
import { attachmentJson, attachmentSelection } from '../attachments/attachment-shape.ts'
import { refuseWith } from '../mail-answers.ts'
import type { ExpandItem, QueryOptions } from '../mail-query.ts'
import type { MailCall } from '../mail-route.ts'
import type { Preferences } from '../preferences.ts'
import { itemPropertyValues, needsHeader } from '../properties/computed-properties.ts'
import { parsePropertyId, type PropertyId } from '../properties/property-id.ts'
import {
  contentOptions,
  type MessageContent,
  type MessageSource,
  type StoredRange,
  readContent,
} from './message-content.ts'
import { answeredProperties, messageJson, type MessageProperty, messageRelations } from './message-shape.ts'
import { shownNames, storedName, storedState } from './message-state.ts'
import { shownMessage } from './shown-message.ts'

/** Messages whose content is read at the same time. */
const AT_ONCE = 8
const MOST_IDS = 100
/** The bit of `\\Deleted` in the flags of an item. */
const DELETED = 8

/** A stored message, ready to be read. */
export interface OpenedMessage {
  readonly item: MailItem
  readonly message: Message
  readonly structure: MimePart
  readonly source: MessageSource
}

/** Reads messages and shows them as `$select`, `$expand` and the preferences say. */
export class MessageReader {
  readonly answered: ReadonlySet<MessageProperty>
  readonly #call: MailCall
  readonly #preferences: Preferences
  readonly #attachments: ExpandItem | undefined
  readonly #singleIds: readonly PropertyId[]
  readonly #multiIds: readonly PropertyId[]
  readonly #extensions: boolean

  constructor(call: MailCall, options: Pick<QueryOptions, 'select' | 'expand'>, preferences: Preferences) {
    const { basic } = call
    this.#call = call
    this.#preferences = preferences
    this.answered = answeredProperties(options.select, basic)
    const expanded = new Map(options.expand.map((item) => [relationNamed(item.name), item]))
    this.#attachments = basic ? undefined : expanded.get('attachments')
    this.#singleIds = basic ? [] : idsIn(expanded.get('singleValueExtendedProperties'))
    this.#multiIds = basic ? [] : idsIn(expanded.get('multiValueExtendedProperties'))
    this.#extensions = !basic && expanded.has('extensions')
  }

  /** In the order of the items, without those that are gone. `typed` adds `@odata.type`. */
  async read(items: readonly MailItem[], typed = false): Promise<readonly Record<string, unknown>[]> {
    const { mailbox } = this.#call
    const messages = await mailbox.items.messages(items)
    const names = [
      ...(this.answered.has('flag') || this.answered.has('inferenceClassification') ? shownNames : []),
      ...this.#singleIds.map(storedName),
      ...this.#multiIds.map(storedName),
    ]
    const properties =
      names.length > 0
        ? await mailbox.items.properties(
            items.map(({ key }) => key),
            names,
          )
        : []
    const shown: Record<string, unknown>[] = []
    for (let from = 0; from < items.length; from += AT_ONCE) {
      const some = items.slice(from, from + AT_ONCE).map(async (item, nth) => {
        const message = messages[from + nth]
        if (!message) return []
        return [await this.#show(openedMessage(this.#call, item, message), properties[from + nth] ?? [], typed)]
      })
      shown.push(...(await Promise.all(some)).flat())
    }
    return shown
  }

  /** One message. Refuses `ErrorItemNotFound` if it is gone. */
  async readOne(item: MailItem, typed = false): Promise<Record<string, unknown>> {
    const [shown] = await this.read([item], typed)
    return shown ?? refuseWith('ErrorItemNotFound', 'The specified object was not found in the store.', 'no-such-thing')
  }

  async #show(opened: OpenedMessage, properties: readonly ItemProperty[], typed: boolean) {
    const { item, source } = opened
    const options = contentOptions(this.answered, this.#preferences.body)
    const content = await readContent(source, { ...options, header: options.header || needsHeader(this.#singleIds) })
    const { mailbox, request } = this.#call
    const ids = { items: mailbox.items, kind: this.#preferences.idKind, base: request.base }
    const json = messageJson(shownMessage(item, content, properties, ids), this.answered, typed)
    if (this.#attachments) json['attachments'] = await this.#attachmentsOf(opened, content)
    if (this.#extensions) json['extensions'] = []
    return { ...json, ...this.#extended(opened, content, properties) }
  }

  async #attachmentsOf({ item, source }: OpenedMessage, { parts }: MessageContent) {
    const selection = attachmentSelection(this.#attachments!.options.select)
    return Promise.all(
      parts.attachments.map(async (attachment) =>
        attachmentJson(
          {
            id: attachmentId(item.key, attachment),
            attachment,
            modified: item.modifiedAt,
            contentBytes:
              selection.withContent && attachment.kind === 'file'
                ? await contentBytes(attachment, source.read)
                : undefined,
          },
          selection,
        ),
      ),
    )
  }

  /** Arrays without members are left out, as Graph leaves them out. */
  #extended({ item, structure }: OpenedMessage, content: MessageContent, properties: readonly ItemProperty[]) {
    const { singleValues, multiValues } = storedState(properties)
    const state = { ...item, isDeleted: (item.flags.system & DELETED) !== 0 }
    const single = itemPropertyValues(this.#singleIds, { state, structure, content }, singleValues)
    const multi = this.#multiIds.flatMap(({ key, text }) => {
      const value = multiValues.get(key)
      return value === undefined ? [] : [{ id: text, value }]
    })
    return {
      ...(single.length > 0 && { singleValueExtendedProperties: single }),
      ...(multi.length > 0 && { multiValueExtendedProperties: multi }),
    }
  }
}

/** A message with what reads its content. */
export function openedMessage({ mailbox }: Pick<MailCall, 'mailbox'>, item: MailItem, message: Message): OpenedMessage {
  const structure = decodeStructure(message.structure)
  const source = {
    structure,
    envelope: item.envelope,
    preview: item.preview,
    read: readerOf(mailbox, item.blob),
  }
  return { item, message, structure, source }
}

const readerOf =
  (mailbox: MailCall['mailbox'], blob: MailItem['blob']) =>
  ({ start, end }: StoredRange): Promise<Buffer> =>
    mailbox.content(blob, start, end)

type Relation = (typeof messageRelations)[number]

const relationNamed = (written: string): Relation =>
  messageRelations.find((name) => name.toLowerCase() === written.toLowerCase()) ??
  refuseWith(
    'BadRequest',
    `Parsing OData Select and Expand failed: Could not find a property named '${written.slice(0, 128)}' on type 'microsoft.graph.message'.`,
  )

/** The ids in `singleValueExtendedProperties($filter=id eq '…' or id eq '…')`. */
export function idsIn(item: ExpandItem | undefined): readonly PropertyId[] {
  if (!item) return []
  const filter = item.options.filter
  if (!filter) {
    return refuseWith('ErrorInvalidRequest', 'An extended property is expanded with a filter by its id.')
  }
  const ids = textsIn(filter)
  if (ids.length > MOST_IDS) refuseWith('ErrorInvalidRequest', 'Too many extended properties are requested.')
  return ids.map(parsePropertyId)
}

function textsIn(filter: ODataFilter): readonly string[] {
  if (filter.kind === 'or') return filter.all.flatMap(textsIn)
  if (filter.kind === 'in' && isId(filter.path)) return filter.values.filter((value) => typeof value === 'string')
  if (filter.kind === 'eq' && isId(filter.path) && typeof filter.value === 'string') return [filter.value]
  return refuseWith('ErrorInvalidUrlQueryFilter', 'The query filter contains one or more invalid nodes.')
}

const isId = (path: readonly string[]): boolean => path.length === 1 && path[0]!.toLowerCase() === 'id'
