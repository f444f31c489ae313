import { badRequest } from '../../errors.ts'
import { isObject, JsonInput } from '../json-input.ts'
import type { AttachmentInput, MessageInput } from '../messages/input-types.ts'

const LONGEST_NAME = 255

const base = ['id', 'lastModifiedDateTime', 'name', 'contentType', 'size', 'isInline']
const properties = {
  file: [...base, 'contentBytes', 'contentId', 'contentLocation'],
  item: [...base, 'item'],
  reference: [...base, 'sourceUrl', 'providerType', 'permission', 'isFolder', 'thumbnailUrl', 'previewUrl'],
} as const

/** Reads an attachment in JSON, whose type `@odata.type` tells. `readItem` reads an attached message. */
export function readAttachmentInput(value: unknown, readItem: (item: unknown) => MessageInput): AttachmentInput {
  const type = isObject(value) ? typeOf(value) : undefined
  const kind = /^#?microsoft\.graph\.(file|item|reference)attachment$/i.exec(type ?? '')?.[1]?.toLowerCase()
  switch (kind) {
    case 'file':
      return readFile(new JsonInput('fileAttachment', value, properties.file))
    case 'item':
      return readItemAttachment(new JsonInput('itemAttachment', value, properties.item), readItem)
    case 'reference':
      return readReference(new JsonInput('referenceAttachment', value, properties.reference))
    default:
      return badRequest(
        "An attachment needs '@odata.type', such as '#microsoft.graph.fileAttachment'.",
        'RequestBodyRead',
      )
  }
}

/** Undefined if it is absent; empty if it is no text. */
function typeOf(value: Readonly<Record<string, unknown>>): string | undefined {
  const type = value['@odata.type']
  return type === undefined || typeof type === 'string' ? type : ''
}

function readFile(input: JsonInput): AttachmentInput {
  return {
    kind: 'file',
    name: readName(input),
    contentType: fileType(input.text('contentType') ?? ''),
    content: readBase64(input),
    isInline: input.flag('isInline') ?? false,
    contentId: input.text('contentId') ? checkedContentId(input, input.text('contentId')!) : undefined,
    contentLocation: checkedLocation(input, input.text('contentLocation') || undefined),
  }
}

function readItemAttachment(input: JsonInput, readItem: (item: unknown) => MessageInput): AttachmentInput {
  const item = input.raw('item')
  if (!isObject(item)) return input.wrong('item')
  if (!/^#?microsoft\.graph\.message$/i.test(typeOf(item) ?? 'microsoft.graph.message')) {
    return badRequest('Only messages can be attached as items.', 'ErrorInvalidRequest')
  }
  const message = readItem(item)
  return { kind: 'item', name: input.text('name') || message.subject || 'Message', item: message }
}

function readReference(input: JsonInput): AttachmentInput {
  const url = input.text('sourceUrl') ?? ''
  if (!/^https?:\/\/[\x21\x23-\x7e]{1,2000}$/i.test(url)) return input.wrong('sourceUrl')
  return { kind: 'reference', name: readName(input), url }
}

function readName(input: JsonInput): string {
  const name = input.text('name')?.trim() ?? ''
  return name !== '' && name.length <= LONGEST_NAME ? name : input.wrong('name')
}

/**
 * The media type of a file, without parameters. A file that is a message or a multipart would become part of the
 * structure, so it is sent as octets.
 */
export function fileType(given: string): string {
  const type = /^\s*([\w.+!#$&^-]{1,100}\/[\w.+!#$&^-]{1,100})\s*(?:;|$)/.exec(given)?.[1]?.toLowerCase()
  return type === undefined || /^(?:multipart|message)\//.test(type) ? 'application/octet-stream' : type
}

/** RFC 2045 §7 */
export function checkedContentId(input: JsonInput, given: string): string {
  const id = given.trim().replace(/^<(.*)>$/s, '$1')
  return /^[\x21-\x3b\x3d\x3f-\x7e]{1,500}$/.test(id) ? id : input.wrong('contentId')
}

function checkedLocation(input: JsonInput, location: string | undefined): string | undefined {
  return location === undefined || /^[\x21-\x7e]{1,2000}$/.test(location) ? location : input.wrong('contentLocation')
}

function readBase64(input: JsonInput): Buffer {
  const text = input.text('contentBytes') ?? ''
  return decodeBase64(Buffer.from(text, 'latin1')) ?? input.wrong('contentBytes')
}

/** Decodes base64, which may be wrapped into lines; undefined for anything else. */
export function decodeBase64(octets: Uint8Array): Buffer | undefined {
  const text = Buffer.from(octets.buffer, octets.byteOffset, octets.length)
    .toString('latin1')
    .replaceAll(/[\s\0]+/g, '')
  if (text.length % 4 === 1 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined
  return Buffer.from(text, 'base64')
}
