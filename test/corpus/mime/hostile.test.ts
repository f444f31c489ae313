import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { renderBody, renderBodyStructure } from '../../../src/codecs/imap/body-structure.ts'
import { renderEnvelope } from '../../../src/codecs/imap/envelope.ts'
import { readAttributes } from '../../../src/codecs/mime/attributes.ts'
import { locate } from '../../../src/codecs/mime/locate.ts'
import { parseMessage } from '../../../src/codecs/mime/parse.ts'
import { isMessage, type Part } from '../../../src/codecs/mime/part.ts'
import { decodeStructure, encodeStructure } from '../../../src/codecs/mime/structure.ts'
import { searchTexts } from '../../../src/codecs/mime/text.ts'
import { type Item, readItem } from './response-list.ts'

/** Pieces that messages are made of, and that, put together at random, make all kinds of nonsense. */
const pieces = [
  '\r\n',
  '\n',
  '\r',
  '\0',
  ' ',
  '\t',
  '\r\n--a\r\n',
  '\n--b\n',
  '\r\n--a--\r\n',
  '\r\n\r\n',
  '--a',
  '--b',
  '--a--',
  '--b--',
  '--',
  'a',
  'b',
  ':',
  ';',
  '"',
  '(',
  ')',
  '<',
  '>',
  '@',
  ',',
  '\\',
  '=',
  'Content-Type: multipart/mixed; boundary=a\r\n',
  'Content-Type: multipart/digest; boundary="b"\r\n',
  'Content-Type: multipart/alternative\r\n',
  'Content-Type: message/rfc822\r\n',
  'Content-Type: text/html; charset=utf-8\r\n',
  'Content-Transfer-Encoding: base64\r\n',
  'Content-Transfer-Encoding: quoted-printable\n',
  "Content-Disposition: attachment; filename*=utf-8''%e9\r\n",
  'Content-Language: a, b\r\n',
  'Content-ID: <\xe9>\r\n',
  'From: A <a@b>, "c',
  'To: g: a@b;\r\n',
  'Subject: =?utf-8?Q?=C3=A9?=\r\n',
  'Subject: \xff\0\r\n',
  'Date: \v',
  'Date: 1 Jan 2024 00:00 +0100\r\n',
  'Sender:\r\n',
  'References: <a@b> <',
  '\xff',
  '\xa0',
  '\v',
  '\f',
  '\xc3\xa9',
  'aGk=',
  '=3D',
  '<b>x</b>',
  '&eacute;',
]
const octetsArb = fc.oneof(
  fc.array(fc.constantFrom(...pieces), { maxLength: 60 }).map((some) => Buffer.from(some.join(''), 'latin1')),
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
)

const partsOf = (part: Part): Part[] => [
  part,
  ...part.children.flatMap(partsOf),
  ...(part.message ? partsOf(part.message.part) : []),
]

const inside = (inner: Part, outer: Part) =>
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

function outline(part: Part): unknown {
  if (part.children.length > 0) return [part.subtype, ...part.children.map(outline)]
  const inner = part.message ? outline(part.message.part) : ['text', 'plain', 0]
  return [sound(part.type), sound(part.subtype), part.end - part.bodyStart, ...(isMessage(part) ? [inner] : [])]
}

const sound = (text: string) => text.replaceAll('\0', '')
const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1')

test('any octets are a message whose parts lie inside each other, in order', () => {
  fc.assert(
    fc.property(octetsArb, (bytes) => {
      const { part, headers, lineOctets } = parseMessage(bytes)
      expect([part.headerStart, part.end]).toEqual([0, bytes.length])
      for (const outer of partsOf(part)) {
        const inner = outer.message ? [outer.message.part] : outer.children
        expect(inner.every((one) => inside(one, outer))).toBe(true)
        expect(inner.every((one, place) => place === 0 || one.headerStart >= inner[place - 1]!.end)).toBe(true)
        const body = latin1(bytes.subarray(outer.bodyStart, outer.end))
        expect(outer.lines).toBe(body.split('\n').length - 1)
      }
      expect(
        headers.every(({ start, valueStart, end }) => start < valueStart && valueStart <= end && end <= part.bodyStart),
      ).toBe(true)
      const sent = latin1(bytes).replace(/\r?\n/g, '\r\n')
      expect(lineOctets).toBe(sent === '' || sent.endsWith('\r\n') ? sent.length : sent.length + 2)
    }),
    { numRuns: 2000 },
  )
})

test('a structure is the same after it was kept, and every part is found by its number', () => {
  fc.assert(
    fc.property(octetsArb, (bytes) => {
      const { part } = parseMessage(bytes)
      expect(decodeStructure(encodeStructure(part))).toEqual(part)
      for (const [place, child] of part.children.entries()) expect(locate(part, [place + 1])).toBe(child)
    }),
    { numRuns: 1000 },
  )
})

test('renderings are sound, and say what the structure says', () => {
  fc.assert(
    fc.property(octetsArb, (bytes) => {
      const message = parseMessage(bytes)
      expect(readItem(latin1(renderEnvelope(message)))).toHaveLength(10)
      expect(outlineOf(readItem(latin1(renderBody(message.part))))).toEqual(outline(message.part))
      expect(outlineOf(readItem(latin1(renderBodyStructure(message.part))))).toEqual(outline(message.part))
    }),
    { numRuns: 2000 },
  )
})

test('any octets have text', () => {
  fc.assert(
    fc.property(octetsArb, (bytes) => {
      const message = parseMessage(bytes)
      for (const piece of searchTexts(bytes, message.part)) expect(piece.text).toBeTypeOf('string')
      expect(readAttributes(bytes, message).hasAttachments).toBeTypeOf('boolean')
    }),
    { numRuns: 1000 },
  )
})
