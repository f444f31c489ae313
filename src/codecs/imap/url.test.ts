import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type MessageUrl, readMessageUrl, writeMessageUrl } from './url.ts'
import { anyText } from '../../../test/support/any-text.ts'

const everything = { part: [], of: 'everything', fields: [] } as const
const bare = { server: undefined, uidValidity: undefined, section: everything, partial: undefined, access: undefined }

describe('RFC 5092', () => {
  test.each<[string, Partial<MessageUrl>]>([
    ['/INBOX/;UID=20', { folder: 'INBOX', uid: 20 }],
    [';UID=20', { folder: undefined, uid: 20 }],
    ['drafts/old/;UID=20', { folder: 'drafts/old', uid: 20 }],
    [
      '/Drafts;UIDVALIDITY=385759045/;UID=20/;section=HEADER',
      { folder: 'Drafts', uidValidity: 385_759_045, uid: 20, section: { part: [], of: 'header', fields: [] } },
    ],
    [
      '/a/b%20c/;uid=1/;section=1.2.mime',
      { folder: 'a/b c', uid: 1, section: { part: [1, 2], of: 'mime', fields: [] } },
    ],
    [
      '/INBOX/;UID=3/;SECTION=HEADER.FIELDS%20(Date%20From)',
      { folder: 'INBOX', uid: 3, section: { part: [], of: 'fields', fields: ['Date', 'From'] } },
    ],
    ['/gr%C3%B6%C3%9Fe/;UID=1', { folder: 'größe', uid: 1 }],
    ['/INBOX/;UID=3/;PARTIAL=5', { folder: 'INBOX', uid: 3, partial: { start: 5, count: undefined } }],
    [
      '/INBOX/;UID=3/;SECTION=1/;PARTIAL=0.1024',
      {
        folder: 'INBOX',
        uid: 3,
        section: { part: [1], of: 'everything', fields: [] },
        partial: { start: 0, count: 1024 },
      },
    ],
    [
      'imap://minbari.example.org/gray-council;UIDVALIDITY=385759045/;UID=20/;PARTIAL=0.1024',
      {
        server: { user: undefined, host: 'minbari.example.org', port: undefined },
        folder: 'gray-council',
        uidValidity: 385_759_045,
        uid: 20,
        partial: { start: 0, count: 1024 },
      },
    ],
    [
      'imap://;AUTH=*@Minbari.example.org:143/gray%20council/;UID=20/;SECTION=1.2',
      {
        server: { user: undefined, host: 'minbari.example.org', port: 143 },
        folder: 'gray council',
        uid: 20,
        section: { part: [1, 2], of: 'everything', fields: [] },
      },
    ],
    [
      'imap://ada%40contoso.test;AUTH=XOAUTH2@[::1]/INBOX/;UID=1',
      { server: { user: 'ada@contoso.test', host: '[::1]', port: undefined }, folder: 'INBOX', uid: 1 },
    ],
  ])('URL %#', (text, url) =>
    expect(readMessageUrl(text)).toEqual({
      ...bare,
      rooted: !/^[a-z;]/.test(text) || text.startsWith('imap:'),
      ...url,
    }),
  )

  test('RFC 4467 §3: access and its verifier', () => {
    const rump = 'imap://joe@example.com/INBOX/;uid=20/;section=1.2;expire=2026-12-31T23:59:59Z;urlauth=submit+fred'
    expect(readMessageUrl(rump)!.access).toEqual({
      by: 'submit',
      user: 'fred',
      expires: Date.UTC(2026, 11, 31, 23, 59, 59),
      rump,
      verifier: undefined,
    })
    const token = '91354a473744909de610943775f92038'
    expect(readMessageUrl(`${rump}:internal:${token}`)!.access).toMatchObject({
      rump,
      verifier: { mechanism: 'INTERNAL', token },
    })
    expect(readMessageUrl('imap://joe@example.com/INBOX/;uid=20;urlauth=anonymous')!.access).toMatchObject({
      by: 'anonymous',
      user: undefined,
      expires: undefined,
    })
  })

  test.each([
    '',
    '/',
    '/INBOX',
    '/INBOX/',
    'a:b/;UID=1',
    '//host/INBOX/;UID=1',
    '/;UID=1',
    '/INBOX/;UID=0',
    '/INBOX/;UID=4294967296',
    '/INBOX/;UID=1:2',
    '/INBOX/;UID=1 ',
    '/IN BOX/;UID=1',
    '/INBOX;UIDVALIDITY=0/;UID=1',
    '/INBOX/;UID=1;section=1.2',
    '/INBOX/;UID=1/;SECTION=',
    '/INBOX/;UID=1/;SECTION=NONSENSE',
    '/INBOX/;UID=1/;SECTION=HEADER.FIELDS%20(Date%20',
    '/INBOX/;UID=1/;PARTIAL=1.0',
    '/INBOX/;UID=1/;PARTIAL=-1',
    '/INBOX?SUBJECT%20x',
    '/INBOX/;UID=1?x',
    '/%/;UID=1',
    '/%00/;UID=1',
    '/%C3/;UID=1',
    '/größe/;UID=1',
    'http://host/INBOX/;UID=1',
    'imap:///INBOX/;UID=1',
    'imap://host:0/INBOX/;UID=1',
    'imap://host/;UID=1',
    'imap://host/INBOX/;UID=1;URLAUTH=submit+',
    'imap://host/INBOX/;UID=1;URLAUTH=nobody',
    'imap://host/INBOX/;UID=1;EXPIRE=yesterday;URLAUTH=anonymous',
    'imap://host/INBOX/;UID=1;EXPIRE=2026-13-31T23:59:59Z;URLAUTH=anonymous',
    'imap://host/INBOX/;UID=1:INTERNAL:91354a473744909de610943775f92038',
    'imap://host/INBOX/;UID=1;URLAUTH=anonymous:INTERNAL:91354a47',
    `/${'a'.repeat(10_000)}/;UID=1`,
  ])('URL %# names no message', (text) => expect(readMessageUrl(text)).toBeUndefined())
})

const section = fc.oneof(
  fc.record({
    part: fc.array(fc.integer({ min: 1, max: 99 }), { maxLength: 4 }),
    of: fc.constantFrom('everything', 'header', 'text'),
    fields: fc.constant([]),
  }),
  fc.record({
    part: fc.array(fc.integer({ min: 1, max: 99 }), { maxLength: 2 }),
    of: fc.constantFrom('fields', 'other fields'),
    fields: fc.array(fc.stringMatching(/^[A-Za-z"-]{1,12}$/), { minLength: 1, maxLength: 3 }),
  }),
)
const url = fc.record({
  folder: fc.option(
    anyText({ minLength: 1, maxLength: 30 }).filter((path) => path.isWellFormed() && !path.includes('\0')),
    { nil: undefined },
  ),
  uidValidity: fc.option(fc.integer({ min: 1, max: 4_294_967_295 }), { nil: undefined }),
  uid: fc.integer({ min: 1, max: 4_294_967_295 }),
  section,
  partial: fc.option(
    fc.record({ start: fc.nat(), count: fc.option(fc.integer({ min: 1, max: 1e9 }), { nil: undefined }) }),
    { nil: undefined },
  ),
})

test('a written URL reads back the same', () => {
  fc.assert(
    fc.property(url, (written) => {
      const uidValidity = written.folder === undefined ? undefined : written.uidValidity
      const read = readMessageUrl(writeMessageUrl(written))
      expect(read).toEqual({
        ...bare,
        ...written,
        uidValidity,
        folder: written.folder?.normalize('NFC'),
        rooted: written.folder !== undefined,
      })
    }),
  )
})

test('any text is read or rejected in a short time', () => {
  const piece = fc.constantFrom(
    '/',
    ';UID=',
    '1',
    '/;SECTION=',
    'HEADER',
    '%20',
    ';URLAUTH=',
    'user+',
    ':',
    '@',
    '%zz',
    '.',
  )
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string({ maxLength: 5 })), { maxLength: 40 }), (pieces) => {
      const read = readMessageUrl(pieces.join(''))
      if (read) expect(read.uid).toBeGreaterThan(0)
    }),
  )
  const begun = performance.now()
  for (const hostile of ['/', '/a', '%41', ';UID=1/;SECTION=1', 'imap://a'])
    readMessageUrl(`/a${hostile.repeat(2000)}!`)
  expect(performance.now() - begun).toBeLessThan(1000)
})
