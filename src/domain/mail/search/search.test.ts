import { expect, test } from 'vitest'
import { ArrayFolder, type ArrayMessage } from '../../../../test/support/array-folder.ts'
import type { ModSeq, Uid } from '../../../core/ids.ts'
import { type SearchKey, SEEN } from '../types.ts'

const mail = (text: string, more: Omit<ArrayMessage, 'bytes'> = {}): ArrayMessage => ({
  bytes: Buffer.from(text.replaceAll('\n', '\r\n')),
  ...more,
})
const header = (name: string, text: string): SearchKey => ({ key: 'header', name, text })
const seen: SearchKey = { key: 'flag', flag: '\\seen', set: true }

test('flags, keywords, UIDs and modseqs are answered without reading anything', async () => {
  const shelf = new ArrayFolder([
    mail('Subject: one\n\n', { flags: { system: SEEN, keywords: [] } }),
    mail('Subject: two\n\n', { flags: { system: 0, keywords: ['$Work'] } }),
    mail('Subject: three\n\n'),
  ])
  expect(await shelf.search({ key: 'all' })).toEqual([10, 20, 30])
  expect(await shelf.search(seen)).toEqual([10])
  expect(await shelf.search({ key: 'not', of: seen })).toEqual([20, 30])
  expect(await shelf.search({ key: 'flag', flag: '$work', set: true })).toEqual([20])
  expect(await shelf.search({ key: 'flag', flag: '$work', set: false })).toEqual([10, 30])
  expect(await shelf.search({ key: 'modseq', from: 2 as ModSeq })).toEqual([20, 30])
  const ranges = [
    [30, 25],
    [1, 10],
    [5, 12],
  ] as unknown as readonly (readonly [Uid, Uid])[]
  expect(await shelf.search({ key: 'uids', ranges })).toEqual([10, 30])
  expect(await shelf.search({ key: 'and', of: [] })).toEqual([10, 20, 30])
  expect(await shelf.search({ key: 'or', of: [] })).toEqual([])
  expect(shelf.reads).toEqual([])
})

test('a day is the day in the time zone of the date', async () => {
  const shelf = new ArrayFolder([
    mail('Date: Tue, 3 Mar 2026 23:30:00 -0800\n\n', { received: { at: Date.UTC(2026, 2, 4, 0, 30), zone: 60 } }),
    mail('Date: nonsense\n\n', { received: { at: Date.UTC(2026, 2, 3, 23, 30), zone: 60 } }),
    mail('Subject: no date\n\n', { received: { at: Date.UTC(2026, 2, 3, 22), zone: 0 } }),
  ])
  const days = (key: 'before' | 'on' | 'since', of: 'received' | 'sent', day: string) => shelf.search({ key, of, day })
  expect(await days('on', 'received', '2026-03-04')).toEqual([10, 20])
  expect(await days('before', 'received', '2026-03-04')).toEqual([30])
  expect(await days('since', 'received', '2026-03-03')).toEqual([10, 20, 30])
  expect(shelf.reads).toEqual([])
  expect(await days('on', 'sent', '2026-03-03')).toEqual([10])
  expect(await days('before', 'sent', '2030-01-01')).toEqual([10])
  expect(await shelf.search({ key: 'not', of: { key: 'since', of: 'sent', day: '2000-01-01' } })).toEqual([20, 30])
})

test('the day of saving is that in UTC; where it was not written down, the internal date counts', async () => {
  const shelf = new ArrayFolder([
    mail('a: b\n\n', { savedAt: Date.UTC(2026, 2, 4, 23, 59), received: { at: 0, zone: 0 } }),
    mail('a: b\n\n', { savedAt: Date.UTC(2026, 2, 5), received: { at: 0, zone: 0 } }),
    mail('a: b\n\n', { received: { at: Date.UTC(2026, 2, 4, 23, 30), zone: 60 } }),
  ])
  const days = (key: 'before' | 'on' | 'since', day: string) => shelf.search({ key, of: 'saved', day })
  expect(await days('on', '2026-03-04')).toEqual([10])
  expect(await days('since', '2026-03-05')).toEqual([20, 30])
  expect(await days('before', '2026-03-05')).toEqual([10])
  expect(shelf.reads).toEqual([])
})

test('sizes are compared strictly', async () => {
  const shelf = new ArrayFolder([{ bytes: Buffer.alloc(100) }, { bytes: Buffer.alloc(101) }])
  expect(await shelf.search({ key: 'larger', octets: 100 })).toEqual([20])
  expect(await shelf.search({ key: 'smaller', octets: 101 })).toEqual([10])
})

test('a header is a substring of its decoded text; an empty one asks for presence', async () => {
  const shelf = new ArrayFolder([
    mail('Subject: =?utf-8?Q?Quartals=C3=BCber?=\n =?utf-8?B?c2ljaHQ=?=\nX-Empty:\n\nQuartal'),
    mail('subject: folded\n\ttext\nTo: Ada <ada@example.com>\nTo: bob@example.com\n\n'),
  ])
  expect(await shelf.search(header('subject', 'ÜBERSICHT'))).toEqual([10])
  expect(await shelf.search(header('SUBJECT', 'folded text'))).toEqual([20])
  expect(await shelf.search(header('To', 'BOB@'))).toEqual([20])
  expect(await shelf.search(header('X-Empty', ''))).toEqual([10])
  expect(await shelf.search(header('X-Empty', 'x'))).toEqual([])
  expect(await shelf.search(header('Sub', ''))).toEqual([])
  expect(shelf.reads.every(({ whole }) => !whole)).toBe(true)
})

test('BODY leaves the header out, TEXT does not, and the message inside is body', async () => {
  const inner = 'Content-Type: message/rfc822\n\nSubject: inside\n\ndeep text\n'
  const shelf = new ArrayFolder([mail(`X-Note: outside\n${inner}`)])
  expect(await shelf.search({ key: 'body', text: 'outside' })).toEqual([])
  expect(await shelf.search({ key: 'text', text: 'x-note: OUTSIDE' })).toEqual([10])
  expect(await shelf.search({ key: 'body', text: 'Subject: inside' })).toEqual([10])
  expect(await shelf.search({ key: 'body', text: 'deep' })).toEqual([10])
  expect(await shelf.search({ key: 'body', text: '' })).toEqual([10])
})

test('HTML is found as it reads and as it is written', async () => {
  const html = '<p>Hello <b>wor</b>ld &amp; all</p><a href="https://example.com/?id=7">here</a>'
  const shelf = new ArrayFolder([mail(`Content-Type: text/html\n\n${html}\n`)])
  expect(await shelf.search({ key: 'body', text: 'hello world & all' })).toEqual([10])
  expect(await shelf.search({ key: 'body', text: 'example.com/?id=7' })).toEqual([10])
})

test('what the index decides is not read, nor a body that the header decides', async () => {
  const shelf = new ArrayFolder([
    mail('Subject: a\n\nneedle', { flags: { system: SEEN, keywords: [] } }),
    mail('Subject: a\n\nneedle'),
    mail('Subject: b\n\nneedle'),
  ])
  const both = [{ key: 'body', text: 'needle' }, { key: 'not', of: seen }, header('subject', 'b')] as const
  expect(await shelf.search({ key: 'and', of: both })).toEqual([30])
  expect(shelf.reads).toEqual([
    { blob: '20', whole: false },
    { blob: '30', whole: false },
    { blob: '30', whole: true },
  ])
})

test('a header never runs into the body behind it', async () => {
  const shelf = new ArrayFolder([mail('Content-Transfer-Encoding: base64\n\nUmVwb3J0')])
  expect(await shelf.search({ key: 'body', text: '64Report' })).toEqual([])
  expect(await shelf.search({ key: 'body', text: '4' })).toEqual([])
})

test('a text of any length is found across the pieces that a large body is read in', async () => {
  const line = `${'0123456789 '.repeat(6)}\n`
  const long = 'abcdefghij'.repeat(5000)
  const shelf = new ArrayFolder([mail(`Subject: x\n\n${line.repeat(9000)}${long}${line.repeat(9000)}end`)])
  expect(await shelf.search({ key: 'body', text: long.toUpperCase() })).toEqual([10])
  expect(await shelf.search({ key: 'body', text: `${line.trim()} \r\n${line.trim()}` })).toEqual([10])
  expect(await shelf.search({ key: 'body', text: `${long}x` })).toEqual([])
})

test('nesting of any depth is answered', async () => {
  const shelf = new ArrayFolder([mail('Subject: x\n\n')])
  let query: SearchKey = { key: 'all' }
  for (let depth = 0; depth < 50_000; depth++) query = { key: 'not', of: { key: 'or', of: [query] } }
  expect(await shelf.search(query)).toEqual([10])
})

test('a message that goes while the search runs is left out, and nothing else is', async () => {
  const shelf = new ArrayFolder(Array.from({ length: 4 }, () => mail('Subject: x\n\nneedle')))
  shelf.afterRead = (uid) => {
    if (uid === 10) shelf.remove(30 as Uid)
  }
  expect(await shelf.search({ key: 'body', text: 'needle' })).toEqual([10, 20, 40])
})

test('a search ends when its signal says so', async () => {
  const shelf = new ArrayFolder(Array.from({ length: 10 }, () => mail(`Subject: x\n\n${'hay '.repeat(200_000)}`)))
  const stop = new AbortController()
  shelf.signal = stop.signal
  shelf.afterRead = (uid) => {
    if (uid === 20) stop.abort(new Error('enough'))
  }
  await expect(shelf.search({ key: 'body', text: 'needle' })).rejects.toThrow('enough')
  expect(shelf.reads.length).toBeLessThan(5)
})
