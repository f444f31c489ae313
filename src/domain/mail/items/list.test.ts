import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { flags, folderIdOf, openMailStore } from '../../../../test/support/mail-store.ts'
import type { FolderId, Uid } from '../../../core/ids.ts'
import { DRAFT, FLAGGED, type Mailbox, SEEN } from '../types.ts'
import type { ItemFilter, ItemOrder, MailItem } from '../item-types.ts'

const START = Date.UTC(2026, 0, 1)
const names = ['Ada', 'Bob', 'Änne']
const subjects = ['Lunch', 'lunch at noon', 'Re: Lunch', '100% sure', 'Zebra']

const message = fc.record({
  from: fc.nat(2),
  subject: fc.constantFrom(...subjects),
  minute: fc.nat(6),
  sent: fc.option(fc.nat(6), { nil: undefined }),
  importance: fc.constantFrom('high', 'low', 'normal'),
  attachment: fc.boolean(),
  body: fc.constantFrom('apples', 'pears'),
  id: fc.nat(4),
  system: fc.constantFrom(0, SEEN, FLAGGED, SEEN | DRAFT),
  keywords: fc.subarray(['Work', 'Two=20words', '$Complete', '$Important']),
  folder: fc.nat(1),
})
type Given = typeof message extends fc.Arbitrary<infer T> ? T : never

const encoded = (name: string) => `=?utf-8?b?${Buffer.from(name).toString('base64')}?=`

function bytesOf({ from, subject, sent, importance, attachment, body, id }: Given): Buffer {
  const date =
    sent === undefined ? '' : `Date: ${new Date(START + sent * 60_000).toUTCString().replace('GMT', '+0000')}\r\n`
  const head =
    `From: ${encoded(names[from]!)} <${'abx'[from]}@contoso.test>\r\nSubject: ${subject}\r\n${date}` +
    `Message-ID: <${id}@contoso.test>\r\nImportance: ${importance}\r\n`
  const text = `Content-Type: text/plain\r\n\r\n${body}\r\n`
  if (!attachment) return Buffer.from(head + text)
  return Buffer.from(
    `${head}Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n${text}--b\r\n` +
      'Content-Disposition: attachment; filename=x\r\n\r\nx\r\n--b--\r\n',
  )
}

const minutes = fc.nat(6).map((minute) => START + minute * 60_000)
const text = fc.constantFrom('lunch', 'LUNCH', 'noon', 'Re: Lunch', '%', 'zz')
const leaf: fc.Arbitrary<ItemFilter> = fc.oneof(
  fc.record({ is: fc.constantFrom('read' as const, 'draft' as const, 'attachments' as const), value: fc.boolean() }),
  fc.record({
    is: fc.constant('flag' as const),
    status: fc.constantFrom('flagged' as const, 'notFlagged' as const, 'complete' as const),
  }),
  fc.record({
    is: fc.constant('importance' as const),
    value: fc.constantFrom('high' as const, 'low' as const, 'normal' as const),
  }),
  fc.record({
    is: fc.constant('time' as const),
    of: fc.constantFrom('received' as const, 'sent' as const),
    from: minutes,
  }),
  fc.record({ is: fc.constant('time' as const), of: fc.constant('received' as const), before: minutes }),
  fc.record({ is: fc.constant('octets' as const), from: fc.nat(300), before: fc.integer({ min: 100, max: 500 }) }),
  fc.record({
    is: fc.constant('text' as const),
    in: fc.constant('subject' as const),
    how: fc.constantFrom('equals' as const, 'contains' as const, 'startsWith' as const),
    text,
  }),
  fc.record({
    is: fc.constant('text' as const),
    in: fc.constant('fromName' as const),
    how: fc.constantFrom('equals' as const, 'contains' as const, 'startsWith' as const),
    text: fc.constantFrom('ada', 'ä', 'n', 'contoso'),
  }),
  fc.record({
    is: fc.constant('text' as const),
    in: fc.constant('fromAddress' as const),
    how: fc.constantFrom('equals' as const, 'startsWith' as const),
    text: fc.constantFrom('A@contoso.test', 'b@'),
  }),
  fc.record({
    is: fc.constant('text' as const),
    in: fc.constant('body' as const),
    how: fc.constant('contains' as const),
    text: fc.constantFrom('pear', 'apples'),
  }),
  fc.record({ is: fc.constant('internetMessageId' as const), value: fc.constantFrom('<1@contoso.test>', '<9@x>') }),
  fc.record({ is: fc.constant('category' as const), value: fc.constantFrom('work', 'Two words', '$Complete') }),
)
const filter: fc.Arbitrary<ItemFilter> = fc.letrec<{ filter: ItemFilter }>((tie) => ({
  filter: fc.oneof(
    { depthSize: 'small' },
    { weight: 4, arbitrary: leaf },
    { weight: 1, arbitrary: fc.record({ is: fc.constant('not' as const), of: tie('filter') }) },
    {
      weight: 2,
      arbitrary: fc.record({
        is: fc.constantFrom('and' as const, 'or' as const),
        of: fc.array(tie('filter'), { minLength: 1, maxLength: 3 }),
      }),
    },
  ),
})).filter

const order: fc.Arbitrary<ItemOrder[]> = fc.uniqueArray(
  fc.record({
    by: fc.constantFrom('received', 'sent', 'size', 'importance', 'read', 'attachments', 'uid' as const),
    descending: fc.boolean(),
  }) as fc.Arbitrary<ItemOrder>,
  { minLength: 1, maxLength: 3, selector: ({ by }) => by },
)

const fold = (value: string | undefined) => (value ?? '').toLowerCase()

function matches(item: MailItem & { body: string }, filter: ItemFilter): boolean {
  switch (filter.is) {
    case 'read':
      return item.isRead === filter.value
    case 'draft':
      return item.isDraft === filter.value
    case 'attachments':
      return item.hasAttachments === filter.value
    case 'flag':
      return item.flagStatus === filter.status
    case 'importance':
      return item.importance === filter.value
    case 'octets':
      return item.octets >= filter.from! && item.octets < filter.before!
    case 'time': {
      const time = filter.of === 'sent' ? item.sentAt : item.received.at
      return time !== undefined && time >= (filter.from ?? 0) && time < (filter.before ?? Infinity)
    }
    case 'text': {
      const all = {
        subject: item.subject,
        fromName: item.fromName,
        fromAddress: item.fromAddress,
        body: item.body,
        from: '',
      }
      const [value, wanted] = [fold(all[filter.in]), fold(filter.text)]
      if (filter.how === 'equals') return value === wanted
      return filter.how === 'contains' ? value.includes(wanted) : value.startsWith(wanted)
    }
    case 'internetMessageId':
      return item.internetMessageId === filter.value
    case 'category':
      return item.categories.some((each) => fold(each) === fold(filter.value))
    case 'not':
      return !matches(item, filter.of)
    case 'and':
      return filter.of.every((one) => matches(item, one))
    case 'or':
      return filter.of.some((one) => matches(item, one))
    default:
      throw new Error(filter.is)
  }
}

const figureOf = (item: MailItem, { by }: ItemOrder): number => {
  switch (by) {
    case 'received':
      return item.received.at
    case 'sent':
      return item.sentAt ?? -Infinity
    case 'size':
      return item.octets
    case 'importance':
      return ['low', 'normal', 'high'].indexOf(item.importance)
    case 'read':
      return Number(item.isRead)
    case 'attachments':
      return Number(item.hasAttachments)
    default:
      return item.uid
  }
}

function inOrder(items: readonly MailItem[], order: readonly ItemOrder[]): boolean {
  return items.every((item, nth) => {
    if (nth === 0) return true
    for (const key of order) {
      const [a, b] = [figureOf(items[nth - 1]!, key), figureOf(item, key)]
      if (a !== b) return key.descending ? a > b : a < b
    }
    return true
  })
}

const placeOf = ({ folder, uid }: MailItem) => `${folder} ${uid}`

async function filled(mailbox: Mailbox, given: readonly Given[]): Promise<(MailItem & { body: string })[]> {
  const folders = [await folderIdOf(mailbox, 'INBOX'), await folderIdOf(mailbox, 'Archive')] as const
  const all: (MailItem & { body: string })[] = []
  for (const each of given) {
    const folder: FolderId = folders[each.folder]!
    const { uids } = await mailbox.append(folder, [
      {
        bytes: bytesOf(each),
        flags: flags(each.system, ...each.keywords),
        received: { at: START + each.minute * 60_000 + 500, zone: 0 },
      },
    ])
    const [item] = await mailbox.items.byUids(folder, uids)
    all.push({ ...item!, body: each.body })
  }
  return all
}

test('a list has the items that match, in order, and its pages join', async () => {
  const stage = await openMailStore()
  let nth = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(message, { maxLength: 12 }),
      fc.array(fc.record({ filter, order, take: fc.integer({ min: 1, max: 5 }), inbox: fc.boolean() }), {
        minLength: 4,
        maxLength: 8,
      }),
      fc.array(fc.nat(11), { maxLength: 2 }),
      async (given, requests, gone) => {
        const mailbox = await stage.mailbox(++nth)
        const all = await filled(mailbox, given)
        const inbox = await folderIdOf(mailbox, 'INBOX')
        for (const [step, request] of requests.entries()) {
          // The columns of the first lists are in memory when messages leave.
          const leaving = step === 2 ? gone.flatMap((at) => all[at] ?? []) : []
          for (const item of new Set(leaving)) {
            await mailbox.items.delete(item.key)
            all.splice(all.indexOf(item), 1)
          }
          const wanted = all
            .filter((item) => (!request.inbox || item.folder === inbox) && matches(item, request.filter))
            .map(placeOf)
            .sort()
          const found: MailItem[] = []
          for (let more = true; more;) {
            const { filter, order, take } = request
            const folder = request.inbox ? inbox : undefined
            const page = await mailbox.items.list({ folder, filter, order, take, skip: found.length, count: true })
            expect(page.count).toBe(wanted.length)
            expect(page.items.length).toBe(Math.min(take, wanted.length - found.length))
            found.push(...page.items)
            more = page.more
          }
          expect(found.map(placeOf).sort()).toEqual(wanted)
          expect(inOrder(found, request.order)).toBe(true)
        }
      },
    ),
    { numRuns: 60 },
  )
})

test('a list sorts by texts, in one folder and in all of them', async () => {
  const stage = await openMailStore()
  const mailbox = await stage.mailbox()
  const given = {
    importance: 'normal',
    attachment: false,
    body: 'apples',
    sent: 1,
    minute: 1,
    id: 1,
    system: 0,
    keywords: [],
  }
  await filled(
    mailbox,
    ['Zebra', 'apple', 'Mango'].map((subject, at) => ({ ...given, subject, from: 2 - at, folder: at % 2 }) as Given),
  )
  const inbox = await folderIdOf(mailbox, 'INBOX')
  const subjects = async (by: ItemOrder['by'], descending: boolean, folder?: FolderId) =>
    (await mailbox.items.list({ folder, order: [{ by, descending }], skip: 0, take: 9 })).items.map((it) => it.subject)
  expect(await subjects('subject', false)).toEqual(['apple', 'Mango', 'Zebra'])
  expect(await subjects('subject', true, inbox)).toEqual(['Zebra', 'Mango'])
  expect(await subjects('fromAddress', false)).toEqual(['Mango', 'apple', 'Zebra'])
  expect(await subjects('fromName', false, inbox)).toEqual(['Mango', 'Zebra'])
})

const sentAt = (minute: number) =>
  bytesOf({ ...({ from: 0, subject: 'Lunch', importance: 'low', body: 'pears', id: 1 } as Given), sent: minute })

test('a search gives the latest sent first, and no more than 1000 results', async () => {
  const stage = await openMailStore()
  const mailbox = await stage.mailbox()
  const inbox = await folderIdOf(mailbox, 'INBOX')
  await mailbox.append(
    inbox,
    Array.from({ length: 1005 }, (_, n) => ({ bytes: sentAt(n), flags: flags() })),
  )
  const query = { is: 'search', query: { key: 'text', text: 'pears' } } as const
  const first = await mailbox.items.search({ filter: query, skip: 0, take: 2 })
  expect(first.items.map(({ uid }) => uid)).toEqual([1005, 1004])
  expect(first.more).toBe(true)
  const last = await mailbox.items.search({ folder: inbox, filter: query, skip: 990, take: 50 })
  expect([last.items.length, last.more]).toEqual([10, false])
})

test('a filter names folders, conversations, properties, keys and times of changes', async () => {
  const stage = await openMailStore()
  const mailbox = await stage.mailbox()
  const { items } = mailbox
  const [inbox, archive] = [await folderIdOf(mailbox, 'INBOX'), await folderIdOf(mailbox, 'Archive')]
  const one = await items.create(inbox, {
    bytes: Buffer.from('Subject: a\r\n\r\n'),
    properties: [{ name: 'p', value: 'Red' }],
  })
  const two = await items.create(inbox, { bytes: Buffer.from('Subject: b\r\n\r\n') })
  const moved = await items.move(one.key, archive)
  const found = async (filter: ItemFilter) =>
    (await items.list({ filter, skip: 0, take: 9 })).items.map(({ uid, folder }) => [folder, uid])
  const [here, there] = [[[archive, moved.uid]], [[inbox, two.uid]]]
  expect(await found({ is: 'folder', folder: archive })).toEqual(here)
  expect(await found({ is: 'conversation', threadId: one.threadId! })).toEqual(here)
  expect(await found({ is: 'property', name: 'p' })).toEqual(here)
  expect(await found({ is: 'property', name: 'p', how: 'contains', value: 'ed' })).toEqual(here)
  expect(await found({ is: 'property', name: 'p', how: 'equals', value: 'red' })).toEqual([])
  expect(await found({ is: 'item', key: two.key })).toEqual(there)
  expect(await found({ is: 'item', key: { ...two.key, originUid: 99 as Uid } })).toEqual([])
  const later = moved.modifiedAt + 1000
  expect(await found({ is: 'time', of: 'modified', from: later })).toEqual([])
  expect(await found({ is: 'time', of: 'modified', before: later })).toHaveLength(2)
  expect(await found({ is: 'time', of: 'created', from: later })).toEqual([])
})
