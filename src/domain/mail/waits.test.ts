import { expect, test } from 'vitest'
import { CountedWaits } from '../../../test/support/counted-waits.ts'
import { flags, folderIdOf, openMailStore, simpleMessage } from '../../../test/support/mail-store.ts'
import type { MailboxId, Uid } from '../../core/ids.ts'
import type { Engine } from '../../storage/engine.ts'
import type { Delivery } from './store-types.ts'

/** With an identifier, which is looked up among the threads. */
const withId = Buffer.concat([Buffer.from('Message-ID: <lunch@contoso.test>\r\n'), simpleMessage('Lunch')])

/** On PostgreSQL a statement that returns rows is a round trip, and so is the commit. Others are not waited for. */
async function countedStore() {
  const counted = new CountedWaits()
  const through = (engine: Engine) => ({
    ...engine,
    sql: counted.over(engine.sql),
  })
  const stage = await openMailStore({ bodies: 'once', through })
  const mailbox = await stage.mailbox(1)
  const inbox = await folderIdOf(mailbox, 'INBOX')
  const deliver = (to: Delivery['to'] = 'inbox') =>
    stage.store.deliver(
      [{ mailbox: 1 as MailboxId, to, message: { bytes: withId, flags: flags() } }],
      new AbortController().signal,
    )
  await deliver()
  counted.take()
  return { counted, mailbox, inbox, deliver }
}

test('a delivery waits for the database at most six times', async () => {
  const { counted, deliver } = await countedStore()
  await deliver()
  expect(counted.take()).toEqual({ waits: 6, writes: 1 })
  await deliver('\\Junk')
  expect(counted.take()).toEqual({ waits: 6, writes: 1 })
})

test('a STORE waits for the database at most four times, and twice if the folder is open', async () => {
  const { counted, mailbox, inbox } = await countedStore()
  const store = (mode: 'add' | 'remove') => mailbox.store(inbox, [1 as Uid], { mode, flags: flags(1) })
  await store('add')
  expect(counted.take()).toEqual({ waits: 4, writes: 1 })
  await mailbox.open(inbox)
  await store('remove')
  expect(counted.take()).toEqual({ waits: 2, writes: 1 })
})
