import { Readable } from 'node:stream'
import { attachmentPart } from '../../../../codecs/mime/compose/attachment-part.ts'
import { messageParts } from '../../../../codecs/mime/parts/message-parts.ts'
import { commonHeaders, created, noContent, ok, plain } from '../../answers.ts'
import { contextOf, linkTo, refuseWith, versionOf } from '../mail-answers.ts'
import { jsonBody } from '../json-input.ts'
import { readQueryOptions } from '../mail-query.ts'
import { type MailCall, mailRoute } from '../mail-route.ts'
import { type OpenedMessage, openedMessage } from '../messages/message-reader.ts'
import { ifMatch, messageIn, withPreferences } from '../messages/message-routes.ts'
import { attachedMessageJson } from '../messages/attached-message.ts'
import { newAttachment } from '../messages/compose-input.ts'
import { readMessageInput } from '../messages/message-input.ts'
import { contentOptions, readContent } from '../messages/message-content.ts'
import { messageProperties } from '../messages/message-shape.ts'
import { preferencesOf } from '../preferences.ts'
import { attachmentContent, contentBytes } from './attachment-content.ts'
import { attachmentId, findAttachment } from './attachment-id.ts'
import { readAttachmentInput } from './attachment-input.ts'
import { attachmentJson, type AttachmentSelection, attachmentSelection } from './attachment-shape.ts'
import { addAttachment, type AddedPart, attachmentContext, removeAttachment } from './change-attachments.ts'

type Attachment = ReturnType<typeof messageParts>['attachments'][number]

/** The message that the path names, with its structure. */
export async function openMessage(call: MailCall): Promise<OpenedMessage> {
  const item = await messageIn(call)
  const [message] = await call.mailbox.items.messages([item])
  if (!message) refuseWith('ErrorItemNotFound', 'The specified object was not found in the store.', 'no-such-thing')
  return openedMessage(call, item, message)
}

async function json(
  call: MailCall,
  opened: OpenedMessage,
  attachment: Attachment,
  selection: AttachmentSelection,
  withItem: boolean,
): Promise<Record<string, unknown>> {
  const { item, source } = opened
  const shown = attachmentJson(
    {
      id: attachmentId(item.key, attachment),
      attachment,
      modified: item.modifiedAt,
      contentBytes:
        selection.withContent && attachment.kind === 'file' ? await contentBytes(attachment, source.read) : undefined,
    },
    selection,
  )
  const inside = attachment.part.message?.part
  if (!withItem || attachment.kind !== 'item' || !inside) return shown
  const options = contentOptions(new Set(messageProperties), preferencesOf(call.request).body)
  const content = await readContent({ structure: inside, read: source.read }, options)
  return { ...shown, item: attachedMessageJson(content, item.modifiedAt) }
}

/** `$expand=microsoft.graph.itemattachment/item` */
const expandsItem = (names: readonly { readonly name: string }[]): boolean =>
  names.some(({ name }) => /^(?:microsoft\.graph\.itemattachment\/)?item$/i.test(name))

const attachmentPath = (call: MailCall): string =>
  `/messages('${encodeURIComponent(call.request.params['message'] ?? '')}')/attachments`

const listAttachments = mailRoute('GET /messages/:message/attachments', {
  needs: 'Mail.Read',
  run: async (call) => {
    const opened = await openMessage(call)
    const options = readQueryOptions(call.request.query)
    const selection = attachmentSelection(options.select)
    const all = messageParts(opened.structure).attachments
    const skip = options.skip ?? 0
    const end = skip + (options.top ?? all.length)
    const value: unknown[] = []
    for (const attachment of all.slice(skip, end)) {
      value.push(await json(call, opened, attachment, selection, expandsItem(options.expand)))
    }
    const answer = {
      '@odata.context': contextOf(call, attachmentPath(call), options.select),
      ...(options.count && { '@odata.count': all.length }),
      value,
      ...(end < all.length && { '@odata.nextLink': linkTo(call.request, { $skip: String(end) }) }),
    }
    return withPreferences(ok(call.request, answer), call)
  },
})

const countAttachments = mailRoute('GET /messages/:message/attachments/$count', {
  needs: 'Mail.Read',
  run: async (call) => plain(call.request, messageParts((await openMessage(call)).structure).attachments.length),
})

const getAttachment = mailRoute('GET /messages/:message/attachments/:attachment', {
  needs: 'Mail.Read',
  run: async (call) => {
    const opened = await openMessage(call)
    const options = readQueryOptions(call.request.query)
    const attachment = findAttachment(opened.item.key, opened.structure, call.request.params['attachment'] ?? '')
    const selection = attachmentSelection(options.select)
    const shown = await json(call, opened, attachment, selection, expandsItem(options.expand))
    const context = contextOf(call, attachmentPath(call), options.select, '/$entity')
    return withPreferences(ok(call.request, { '@odata.context': context, ...shown }), call)
  },
})

/** The octets of a file, or the MIME of an attached message. */
const getValue = mailRoute('GET /messages/:message/attachments/:attachment/$value', {
  needs: 'Mail.Read',
  run: async (call) => {
    const { structure, source, item } = await openMessage(call)
    const attachment = findAttachment(item.key, structure, call.request.params['attachment'] ?? '')
    if (attachment.kind === 'reference') {
      refuseWith('MethodNotAllowed', 'The OData request is not supported.')
    }
    await call.mailbox.checkContent(item.blob)
    const { part, kind } = attachment
    return {
      status: 200,
      headers: {
        ...commonHeaders(call.request),
        'content-type': kind === 'item' ? 'text/plain' : `${part.type}/${part.subtype}`,
      },
      body: Readable.from(attachmentContent(attachment, source.read), { objectMode: false }),
    }
  },
})

/** docs/reference/graph-mail.md §2.2: larger files need an upload session. */
const LARGEST_FILE = 3 * 1024 * 1024
/** A file in base64, with the other properties. */
const LARGEST_BODY = 5 * 1024 * 1024

/** The message that the path names, checked against `If-Match`. */
const currentMessage = (call: MailCall) => async () => {
  const item = await messageIn(call)
  const wanted = ifMatch(call)
  if (wanted !== undefined && wanted !== item.modSeq) {
    refuseWith('ErrorIrresolvableConflict', CHANGED, 'wrong-state')
  }
  return item
}

const CHANGED =
  'The send or update operation could not be performed because the change key passed in the request does not match the current change key for the item.'

/** The attachment of a request as a part of a message. */
async function newPart({ request, record, deps }: MailCall): Promise<AddedPart> {
  const input = readAttachmentInput(jsonBody(request.body), readMessageInput)
  if (input.kind === 'file' && input.content.length >= LARGEST_FILE) {
    refuseWith(
      'ErrorAttachmentSizeLimitExceeded',
      'The attachment is larger than 3 MB. Use an upload session to attach it.',
      'too-big',
    )
  }
  const chance = (octets: number) => deps.world.bytes(octets)
  const options = { mailbox: record.primarySmtpAddress, now: deps.world.now(), chance }
  const octets = await attachmentPart(await newAttachment(input, options), chance)
  const shown = input.kind === 'file' && input.isInline && input.contentId !== undefined
  return { shown, octets: octets.length, read: () => [octets] }
}

/** The path of an attachment below the version, as `Location` has it. */
export const attachmentLocation = (messageId: string, id: string): string =>
  `/messages('${encodeURIComponent(messageId)}')/attachments('${encodeURIComponent(id)}')`

const postAttachment = mailRoute('POST /messages/:message/attachments', {
  needs: 'Mail.ReadWrite',
  bodyLimit: LARGEST_BODY,
  run: async (call) => {
    const { mailbox, deps, request } = call
    const context = attachmentContext(mailbox, deps)
    const part = await newPart(call)
    const { opened, attachment } = await addAttachment(context, currentMessage(call), part)
    const shown = await json(call, opened, attachment, attachmentSelection(undefined), false)
    const answer = created(request, {
      '@odata.context': contextOf(call, attachmentPath(call), undefined, '/$entity'),
      ...shown,
    })
    const location = `${request.base}/${versionOf(request)}/${call.owner}${attachmentLocation(
      request.params['message'] ?? '',
      attachmentId(opened.item.key, attachment),
    )}`
    return withPreferences({ ...answer, headers: { ...answer.headers, location } }, call)
  },
})

const deleteAttachment = mailRoute('DELETE /messages/:message/attachments/:attachment', {
  needs: 'Mail.ReadWrite',
  run: async (call) => {
    const { mailbox, deps, request } = call
    const context = attachmentContext(mailbox, deps)
    await removeAttachment(context, currentMessage(call), ({ item, structure }) =>
      findAttachment(item.key, structure, request.params['attachment'] ?? ''),
    )
    return noContent(request)
  },
})

export const attachmentRoutes = [
  listAttachments,
  countAttachments,
  getAttachment,
  getValue,
  postAttachment,
  deleteAttachment,
]
