import { expect, test } from 'vitest'
import { type ContentItem, readFetchItems } from '../../../codecs/imap/fetch-items.ts'
import { ImapReader } from '../../../codecs/imap/reader.ts'
import { parseMessage } from '../../../codecs/mime/parse.ts'
import { sectionRange } from './section.ts'

const lines = (...text: string[]): string => text.join('\r\n')

/** A multipart with a text, a forwarded multipart and a forwarded simple message. */
const mixed = lines(
  'Subject: outer',
  'Content-Type: multipart/mixed; boundary=m',
  '',
  '--m',
  '',
  'one',
  '--m',
  'Content-Type: message/rfc822',
  '',
  'Subject: inner',
  'Content-Type: multipart/alternative; boundary=a',
  '',
  '--a',
  'Content-Type: text/plain',
  '',
  'plain',
  '--a',
  'Content-Type: text/html',
  '',
  '<b>html</b>',
  '--a--',
  '--m',
  'Content-Type: message/rfc822',
  '',
  'Subject: simple',
  '',
  'body',
  '--m--',
  '',
)
const simple = lines('Subject: s', '', 'text', '')

function section(message: string, name: string): string | undefined {
  const [item] = readFetchItems(new ImapReader([Buffer.from(`BODY[${name}]`)]))
  const place = sectionRange(parseMessage(Buffer.from(message)).part, (item as ContentItem).section)
  return place && message.slice(place.start, place.end)
}

test.each([
  ['', mixed],
  ['HEADER', 'Subject: outer\r\nContent-Type: multipart/mixed; boundary=m\r\n\r\n'],
  ['TEXT', mixed.slice(mixed.indexOf('--m'))],
  ['1', 'one'],
  ['1.MIME', '\r\n'],
  ['1.1', undefined],
  ['1.TEXT', undefined],
  ['2', mixed.slice(mixed.indexOf('Subject: inner'), mixed.indexOf('--a--') + 5)],
  ['2.MIME', 'Content-Type: message/rfc822\r\n\r\n'],
  ['2.HEADER', 'Subject: inner\r\nContent-Type: multipart/alternative; boundary=a\r\n\r\n'],
  ['2.TEXT', mixed.slice(mixed.indexOf('--a'), mixed.indexOf('--a--') + 5)],
  ['2.1', 'plain'],
  ['2.2', '<b>html</b>'],
  ['2.2.MIME', 'Content-Type: text/html\r\n\r\n'],
  ['2.3', undefined],
  ['3.1', 'body'],
  ['3.1.MIME', 'Subject: simple\r\n\r\n'],
  ['3.2', undefined],
  ['3.1.1', undefined],
  ['4', undefined],
  ['2.HEADER.FIELDS (SUBJECT)', 'Subject: inner\r\nContent-Type: multipart/alternative; boundary=a\r\n\r\n'],
])('%s of a multipart', (name, expected) => expect(section(mixed, name)).toBe(expected))

test.each([
  ['1', 'text\r\n'],
  ['1.MIME', 'Subject: s\r\n\r\n'],
  ['1.1', undefined],
  ['1.HEADER', undefined],
  ['2', undefined],
  ['TEXT', 'text\r\n'],
])('%s of a simple message', (name, expected) => expect(section(simple, name)).toBe(expected))
