import assert from 'node:assert/strict'
import { renderBody, renderBodyStructure, renderEnvelope } from '../../../src/codecs/imap/message-structure.ts'
import { readAttributes } from '../../../src/codecs/mime/attributes.ts'
import { safeHtml } from '../../../src/codecs/mime/html/safe-html.ts'
import { attachmentKey, attachmentOf } from '../../../src/codecs/mime/parts/attachment-key.ts'
import { messageParts } from '../../../src/codecs/mime/parts/message-parts.ts'
import { textOfPart } from '../../../src/codecs/mime/parts/text-of-part.ts'
import {
  decodeStructure,
  encodeStructure,
  isMessage,
  locate,
  type MimePart,
} from '../../../src/codecs/mime/structure.ts'
import { parseMessage } from '../../../src/codecs/mime/parse.ts'
import { searchTexts } from '../../../src/codecs/mime/text.ts'
import { type Item, readItem } from './response-list.ts'

/** What holds of any octets whatsoever that are read as a message: each throws where it does not. */
export const soundness: Readonly<Record<string, (bytes: Buffer) => void>> = {
  'are a message whose parts lie inside each other, in order': partsInOrder,
  'have a structure that is the same after it was kept, every part found by its number': keptAsItIs,
  'are rendered soundly, and as the structure says': renderedSoundly,
  'have text': hasText,
  'have a body and attachments, each found by its key': partsByUse,
}

function partsInOrder(bytes: Buffer): void {
  const { part, headers, lineOctets } = parseMessage(bytes)
  assert.deepEqual([part.headerStart, part.end], [0, bytes.length])
  for (const outer of partsOf(part)) {
    const inner = outer.message ? [outer.message.part] : outer.children
    assert(inner.every((one) => inside(one, outer)))
    assert(inner.every((one, place) => place === 0 || one.headerStart >= inner[place - 1]!.end))
    assert.equal(outer.lines, latin1(bytes.subarray(outer.bodyStart, outer.end)).split('\n').length - 1)
  }
  for (const { start, valueStart, end } of headers) {
    assert(start < valueStart && valueStart <= end && end <= part.bodyStart)
  }
  const sent = latin1(bytes).replace(/\r?\n/g, '\r\n')
  assert.equal(lineOctets, sent === '' || sent.endsWith('\r\n') ? sent.length : sent.length + 2)
}

function keptAsItIs(bytes: Buffer): void {
  const { part } = parseMessage(bytes)
  assert.deepEqual(decodeStructure(encodeStructure(part)), part)
  for (const [place, child] of part.children.entries()) assert.equal(locate(part, [place + 1]), child)
}

function renderedSoundly(bytes: Buffer): void {
  const message = parseMessage(bytes)
  const envelope = readItem(latin1(renderEnvelope(message)))
  assert(Array.isArray(envelope) && envelope.length === 10)
  assert.deepEqual(outlineOf(readItem(latin1(renderBody(message.part)))), outline(message.part))
  assert.deepEqual(outlineOf(readItem(latin1(renderBodyStructure(message.part)))), outline(message.part))
}

function hasText(bytes: Buffer): void {
  const message = parseMessage(bytes)
  for (const piece of searchTexts(bytes, message.part)) assert.equal(typeof piece.text, 'string')
  assert.equal(typeof readAttributes(bytes, message).hasAttachments, 'boolean')
}

function partsByUse(bytes: Buffer): void {
  const { part } = parseMessage(bytes)
  const { html, text, attachments } = messageParts(part)
  for (const body of [html, text]) {
    if (body) assert.equal(typeof textOfPart(body, bytes.subarray(body.bodyStart, body.end)), 'string')
  }
  if (html) {
    const safe = safeHtml(textOfPart(html, bytes.subarray(html.bodyStart, html.end)))
    assert(!/<(?:script|iframe|object|embed|base|meta|link|form|svg)\b/i.test(safe))
  }
  const keys = new Set(attachments.map(attachmentKey))
  assert.equal(keys.size, attachments.length)
  for (const attachment of attachments.slice(0, 100)) {
    assert.deepEqual(attachmentOf(part, attachmentKey(attachment))?.path, attachment.path)
    assert.equal(locate(part, attachment.path), attachment.part)
  }
}

const partsOf = (part: MimePart): MimePart[] => [
  part,
  ...part.children.flatMap(partsOf),
  ...(part.message ? partsOf(part.message.part) : []),
]

const inside = (inner: MimePart, outer: MimePart) =>
  inner.headerStart >= outer.bodyStart &&
  inner.bodyStart >= inner.headerStart &&
  inner.end >= inner.bodyStart &&
  inner.end <= outer.end

/** What a BODYSTRUCTURE says of types and sizes, in the form of {@link outline}. */
function outlineOf(item: Item): unknown {
  if (!Array.isArray(item)) throw new Error('A body is a list')
  const items = item as readonly Item[]
  const subtype = items.findIndex((inner) => !Array.isArray(inner))
  if (subtype > 0) return [items[subtype], ...items.slice(0, subtype).map(outlineOf)]
  const message = items[0] === 'message' && (items[1] === 'rfc822' || items[1] === 'global')
  return [items[0], items[1], items[6], ...(message ? [outlineOf(items[8]!)] : [])]
}

function outline(part: MimePart): unknown {
  if (part.children.length > 0) return [sound(part.subtype), ...part.children.map(outline)]
  const inner = part.message ? outline(part.message.part) : ['text', 'plain', 0]
  return [sound(part.type), sound(part.subtype), part.end - part.bodyStart, ...(isMessage(part) ? [inner] : [])]
}

const sound = (text: string) => text.replaceAll('\0', '')
const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1')
