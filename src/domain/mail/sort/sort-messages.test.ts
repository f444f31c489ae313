import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { flags, folderIdOf, openMailStore } from '../../../../test/support/mail-store.ts'
import type { Uid } from '../../../core/ids.ts'
import { ask, sql } from '../../../storage/engine.ts'
import type { NewMessage, SortCriterion, SortOrder } from '../types.ts'

const message = (header: string, second = 0): NewMessage => ({
  bytes: Buffer.from(`${header}\r\n\r\nHello\r\n`),
  flags: flags(),
  received: { at: second * 1000, zone: 0 },
})

async function inbox(messages: readonly NewMessage[]) {
  const stage = await openMailStore()
  const mailbox = await stage.mailbox()
  const folder = await folderIdOf(mailbox, 'INBOX')
  const { uids } = messages.length > 0 ? await mailbox.append(folder, messages) : { uids: [] }
  const by = (...order: (SortCriterion | SortOrder)[]) =>
    mailbox.sort(
      folder,
      uids,
      order.map((each) => (typeof each === 'string' ? { by: each, reverse: false } : each)),
    )
  return { stage, mailbox, folder, uids, by }
}

describe('each key', () => {
  const letters = [
    message(
      'From: "zoe" <ada@x.test>\r\nTo: c@x.test\r\nCc: q@x.test\r\nSubject: Re: banana\r\nDate: 3 Jan 2026 00:00:00 +0000',
      5,
    ),
    message(
      'From: Bob@x.test\r\nTo: Anna <z@x.test>\r\nSubject: Apple with more\r\nDate: 1 Jan 2026 00:00:00 +0000',
      9,
    ),
    message('From: =?utf-8?q?=C3=84nne?= <carl@x.test>\r\nSubject: [list] cherry (fwd)\r\nDate: nonsense', 7),
  ]
  test.each<[SortCriterion, number[]]>([
    ['arrival', [1, 3, 2]],
    ['date', [3, 2, 1]],
    ['size', [3, 2, 1]],
    ['subject', [2, 1, 3]],
    ['from', [1, 2, 3]],
    ['to', [3, 1, 2]],
    ['cc', [2, 3, 1]],
    ['displayFrom', [3, 2, 1]],
    ['displayTo', [3, 2, 1]],
  ])('%s', async (key, order) => {
    const { by } = await inbox(letters)
    expect(await by(key)).toEqual(order)
  })
})

test('equal ones stay in the order of the folder, also where the key is reversed', async () => {
  const { by } = await inbox(['b', 'a', 'B', 'a'].map((subject) => message(`Subject: ${subject}`)))
  expect(await by('subject')).toEqual([2, 4, 1, 3])
  expect(await by({ by: 'subject', reverse: true })).toEqual([1, 3, 2, 4])
})

test('messages that arrived in the same second are equal', async () => {
  const { by } = await inbox([1000, 1900, 1500, 2000].map((at) => message('Subject: a', at / 1000)))
  expect(await by({ by: 'arrival', reverse: true })).toEqual([4, 1, 2, 3])
  expect(await by({ by: 'date', reverse: true })).toEqual([4, 1, 2, 3])
})

test('the first key counts most', async () => {
  const { by } = await inbox([
    message('Subject: b\r\nFrom: x@x', 1),
    message('Subject: a\r\nFrom: y@x', 2),
    message('Subject: a\r\nFrom: x@x', 3),
  ])
  expect(await by('subject', 'from')).toEqual([3, 2, 1])
  expect(await by('from', { by: 'arrival', reverse: true })).toEqual([3, 1, 2])
})

test('what arrives later finds its place, and what is gone is left out', async () => {
  const { mailbox, folder, by, uids } = await inbox(['d', 'b'].map((subject) => message(`Subject: ${subject}`)))
  expect(await by('subject')).toEqual([2, 1])
  const later = await mailbox.append(
    folder,
    ['c', 'a', 'b'].map((subject) => message(`Subject: ${subject}`)),
  )
  await mailbox.remove(folder, [1 as Uid])
  const order: SortOrder[] = [{ by: 'subject', reverse: false }]
  expect(await mailbox.sort(folder, [2 as Uid, ...later.uids], order)).toEqual([4, 2, 5, 3])
  expect(await mailbox.sort(folder, [], order)).toEqual([])
  expect(uids).toEqual([1, 2])
})

test('messages that came before there were keys are given some', async () => {
  const { stage, mailbox, folder, by } = await inbox([
    message('Subject: b\r\nMessage-ID: <b@x>\r\nReferences: <a@x>'),
    message('Subject: a\r\nMessage-ID: <a@x>'),
  ])
  const { sql: rows } = stage.engine
  const before = await rows.all(sql`select * from mail_sort_key order by message`)
  await rows.write(() => ask(sql`delete from mail_sort_key`), [mailbox.id])
  expect(await by('subject')).toEqual([2, 1])
  expect(await rows.all(sql`select * from mail_sort_key order by message`)).toEqual(before)
  expect(await mailbox.threads(folder, [1, 2] as Uid[], 'references')).toMatchObject([
    { uid: 2, children: [{ uid: 1, children: [] }] },
  ])
})

test('what there is no memory for is read again, and sorted all the same', async () => {
  const stage = await openMailStore({ limits: { sortOctets: 0 } })
  const mailbox = await stage.mailbox()
  const folder = await folderIdOf(mailbox, 'INBOX')
  const { uids } = await mailbox.append(
    folder,
    ['b', 'a'].map((subject) => message(`Subject: ${subject}`)),
  )
  for (let times = 0; times < 3; times++) {
    expect(await mailbox.sort(folder, uids, [{ by: 'subject', reverse: false }])).toEqual([2, 1])
    expect(await mailbox.threads(folder, uids, 'orderedsubject')).toHaveLength(2)
  }
})

test('many sorts at once share what is read', async () => {
  const { mailbox, folder } = await inbox([])
  const sorting = Array.from({ length: 20 }, async (_, nth) => {
    const { uids } = await mailbox.append(folder, [message(`Subject: ${nth % 3}`)])
    return mailbox.sort(folder, uids, [{ by: 'subject', reverse: false }])
  })
  expect((await Promise.all(sorting)).flat().toSorted((a, b) => a - b)).toHaveLength(20)
  const uids = Array.from({ length: 20 }, (_, nth) => (nth + 1) as Uid)
  expect(await mailbox.sort(folder, uids, [{ by: 'subject', reverse: false }])).toHaveLength(20)
})

test('keys go with their message', async () => {
  const { stage, mailbox, folder, uids } = await inbox([message('Subject: a')])
  await mailbox.remove(folder, uids)
  expect(await stage.engine.sql.all(sql`select message from mail_sort_key`)).toEqual([])
})

test('the order is that of a naive sort, whatever was asked before', async () => {
  const subjects = ['', 'a', 'A', 'é', 'Z', 'z', '\u{1f600}', '\uff5e', 'Re: a', '한']
  const { mailbox, folder } = await inbox([])
  const known: { uid: Uid; subject: string; at: number }[] = []
  const arrival = fc.record({ subject: fc.constantFrom(...subjects), at: fc.nat(3) })
  const run = fc.asyncProperty(fc.array(arrival, { maxLength: 5 }), fc.boolean(), async (arrivals, reverse) => {
    if (arrivals.length > 0) {
      const { uids } = await mailbox.append(
        folder,
        arrivals
          .map(({ subject, at }) => message(`Subject: ${Buffer.from(subject).toString('latin1')}`, at))
          .map(({ bytes, ...rest }) => ({ ...rest, bytes: Buffer.from(Buffer.from(bytes).toString(), 'latin1') })),
      )
      for (const [nth, { subject, at }] of arrivals.entries()) known.push({ uid: uids[nth]!, subject, at })
    }
    const some = known.filter(({ uid }) => uid % 3 !== 0)
    const sorted = some.toSorted(
      (a, b) => (reverse ? b.at - a.at : a.at - b.at) || Buffer.compare(key(a), key(b)) || a.uid - b.uid,
    )
    const order: SortOrder[] = [
      { by: 'arrival', reverse },
      { by: 'subject', reverse: false },
    ]
    expect(
      await mailbox.sort(
        folder,
        some.map(({ uid }) => uid),
        order,
      ),
    ).toEqual(sorted.map(({ uid }) => uid))
  })
  await fc.assert(run, { numRuns: 50 })
})

const key = ({ subject }: { subject: string }) => Buffer.from(unmarked(subject))

/** RFC 5051's form of these subjects. */
const unmarked = (subject: string): string => subject.replace('Re: ', '').toUpperCase().normalize('NFKD')
