import { expect, test } from 'vitest'
import { appendMessages, folderIdOf, openMailStore } from '../../../../test/support/mail-store.ts'
import type { ModSeq } from '../../../core/ids.ts'

const END = Number.MAX_SAFE_INTEGER as ModSeq

test('what happened to folders is told once, from a mark on', async () => {
  const mailbox = await (await openMailStore()).mailbox()
  const inbox = await folderIdOf(mailbox, 'INBOX')
  const { now, whole, lines } = await mailbox.news(END)
  expect([whole, lines]).toEqual([true, []])
  await appendMessages(mailbox, inbox, 2)
  await appendMessages(mailbox, inbox, 1)
  const { id } = await mailbox.createFolder('Fruit')
  await mailbox.setSubscribed('Fruit', true)
  await mailbox.annotate(id, [{ entry: '/shared/x', value: Buffer.from('y') }])
  const news = await mailbox.news(now)
  expect(news.whole).toBe(true)
  expect(news.lines.toSorted((a, b) => (a.kind < b.kind ? -1 : 1))).toEqual([
    { folder: inbox, kind: 'added', what: '' },
    { folder: id, kind: 'annotated', what: '/shared/x' },
    { folder: id, kind: 'created', what: '' },
    { folder: 0, kind: 'subscribed', what: 'Fruit' },
  ])
  expect((await mailbox.news(news.now)).lines).toEqual([])
})

test('where the journal does not reach back so far, that is told', async () => {
  const mailbox = await (await openMailStore({ limits: { journalSteps: 10 } })).mailbox()
  const inbox = await folderIdOf(mailbox, 'INBOX')
  const { now } = await mailbox.news(END)
  for (let nth = 0; nth < 130; nth++) await appendMessages(mailbox, inbox, 1)
  const news = await mailbox.news(now)
  expect(news.whole).toBe(false)
  expect((await mailbox.news(news.now)).whole).toBe(true)
})
