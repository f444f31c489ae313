import { describe, expect, it } from 'vitest'
import { openGraphMail } from '../../../../../test/support/graph-mail.ts'
import { storedName } from '../messages/message-state.ts'
import { parsePropertyId } from '../properties/property-id.ts'

const message = (subject: string, header = '', text = 'Hello') =>
  Buffer.from(
    `From: Eve <eve_x@example.org>\r\nSubject: ${subject}\r\nMessage-ID: <${subject}@example.org>\r\n${header}\r\n${text}\r\n`,
  )

const received = (day: number) => ({ at: Date.UTC(2026, 10, day, 12), zone: 0 })

/** A mailbox with three messages: 1 is small and read, 2 is flagged, 3 is large, with a list and properties. */
async function opened() {
  const stage = await openGraphMail()
  const mailbox = await stage.mail.open(stage.ada.id, new AbortController().signal)
  const { id: inbox } = (await mailbox.folder('INBOX'))!
  await mailbox.items.create(inbox, { bytes: message('one'), received: received(1), categories: ['Red'] })
  await mailbox.items.create(inbox, {
    bytes: message('two', 'Importance: high\r\n'),
    received: received(2),
    flagStatus: 'flagged',
    isRead: false,
    categories: ['Blue'],
  })
  await mailbox.items.create(inbox, {
    bytes: message('three', 'List-Id: <news.example.org>\r\n', 'x'.repeat(5000)),
    received: received(3),
    isRead: false,
    properties: [
      { name: storedName(parsePropertyId(ticket)), value: 'AB-12_3' },
      { name: storedName(parsePropertyId(count)), value: '42' },
    ],
  })
  const find = async (filter: string) => {
    const { value } = await stage.expectOk('GET', `/messages?$select=subject&$filter=${encodeURIComponent(filter)}`)
    return value.map(({ subject }: { subject: string }) => subject).toSorted()
  }
  return { ...stage, find }
}

const property = (id: string, condition: string) =>
  `singleValueExtendedProperties/any(ep: ep/id eq '${id}' and ${condition})`
const ticket = 'String {00020329-0000-0000-C000-000000000046} Name Ticket'
const count = 'Integer {00020329-0000-0000-C000-000000000046} Name count'

describe('$filter of messages', () => {
  it.each<[string, readonly string[]]>([
    ['isRead eq false', ['three', 'two']],
    ['isRead ne true', ['three', 'two']],
    ["(isRead eq false AND parentFolderId eq 'inbox')", ['three', 'two']],
    ['receivedDateTime ge 2026-11-02T12:00:00Z', ['three', 'two']],
    ['receivedDateTime gt 2026-11-02T12:00:00.000Z and receivedDateTime lt 2026-11-04T00:00:00Z', ['three']],
    ["from/emailAddress/address eq 'EVE_X@example.org'", ['one', 'three', 'two']],
    ["contains(from/emailAddress/name,'eve')", ['one', 'three', 'two']],
    ["endswith(from/emailAddress/address,'@example.org')", ['one', 'three', 'two']],
    ["endswith(subject,'EE')", ['three']],
    ["startswith(subject,'t') and not endswith(subject,'ee')", ['two']],
    ["internetMessageId eq '<one@example.org>'", ['one']],
    ["flag/flagStatus eq 'flagged'", ['two']],
    ["flag/flagStatus ne 'flagged'", ['one', 'three']],
    ['isDraft eq true', []],
    ['hasAttachments eq true', []],
    ["contains(body/content,'hello')", ['one', 'two']],
    ["categories/any(c:c eq 'red')", ['one']],
    ["categories/any(c:c eq 'red' or c eq 'blue')", ['one', 'two']],
    ["not(categories/any(c:c eq 'red'))", ['three', 'two']],
    ["importance eq 'high'", ['two']],
    ["receivedDateTime ge 1900-01-01T00:00:00Z and (subject eq 'one' or subject eq 'two')", ['one', 'two']],
    [property(ticket, "ep/value eq 'AB-12_3'"), ['three']],
    [property(ticket, "ep/value eq 'other'"), []],
    [property(ticket, "contains(ep/value,'12_')"), ['three']],
    [property(ticket, "contains(ep/value,'1__')"), []],
    [property(ticket, 'ep/value ne null'), ['three']],
    [`singleValueExtendedProperties/any(ep: ep/id eq '${ticket}')`, ['three']],
    [property(count, 'cast(ep/value, Edm.Int32) gt 41'), ['three']],
    [property(count, 'cast(ep/value, Edm.Int32) gt 42'), []],
    [property(count, "ep/value eq '42'"), ['three']],
    [property('Integer 0x0E08', 'cast(ep/value, Edm.Int32) ge 5000'), ['three']],
    [property('LONG 0xe08', 'cast(ep/value, Edm.Int64) lt 5000'), ['one', 'two']],
    [property('Integer 0xe23', "ep/value eq '2'"), ['two']],
    [property('Integer 0xe23', 'cast(ep/value, Edm.Int32) gt 1'), ['three', 'two']],
    [property('SystemTime 0x0E06', "ep/value ge '2026-11-03T00:00:00Z'"), ['three']],
    [property('Integer 0x1090', "ep/value eq '2'"), ['two']],
    [property('Integer 0x0017', "ep/value eq '2'"), ['two']],
    [property('String 0x0037', "startswith(ep/value,'th')"), ['three']],
    [property('String 0x1035', "ep/value eq '<one@example.org>'"), ['one']],
    [property('String 0x007D', "contains(ep/value,'List-Id: <news')"), ['three']],
  ])('%s finds %j', async (filter, subjects) => {
    const { find } = await opened()
    expect(await find(filter)).toEqual(subjects)
  })

  it.each([
    ["subject in ('one','two')", 'ErrorInvalidUrlQueryFilter'],
    ["toRecipients/any(r:r/emailAddress/address eq 'a@b.c')", 'ErrorInvalidUrlQueryFilter'],
    ["toRecipients/emailAddress/address eq 'a@b.c'", 'BadRequest'],
    ["endswith(body/content,'x')", 'ErrorInvalidUrlQueryFilter'],
    ["subject gt 'a'", 'ErrorInvalidUrlQueryFilter'],
    [property('Integer 0x0E08', "contains(ep/value,'1')"), 'ErrorInvalidUrlQueryFilter'],
    [property('Integer 0x0E07', "ep/value eq '1'"), 'ErrorInvalidUrlQueryFilter'],
    [property('Wrong', "ep/value eq '1'"), 'ErrorInvalidProperty'],
    ["singleValueExtendedProperties/any(ep: ep/value eq '1')", 'ErrorInvalidUrlQueryFilter'],
    [
      "singleValueExtendedProperties/any(ep: ep/id eq 'Integer 0xe08' or ep/value eq '1')",
      'ErrorInvalidUrlQueryFilter',
    ],
    ['categories/any()', 'ErrorInvalidUrlQueryFilter'],
  ])('%s is refused with %s', async (filter, code) => {
    const { as } = await openGraphMail()
    const answer = await as('GET', `/messages?$filter=${encodeURIComponent(filter)}`)
    expect([answer.status, answer.body.error.code]).toEqual([400, code])
  })
})
