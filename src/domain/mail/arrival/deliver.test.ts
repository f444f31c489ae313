import { expect, test } from 'vitest'
import {
  anotherNode,
  changeRows,
  flags,
  folderIdOf,
  simpleMessage,
  openMailStore,
} from '../../../../test/support/mail-store.ts'
import type { MailboxId } from '../../../core/ids.ts'
import { type Mailbox, SEEN } from '../types.ts'
import type { Delivery } from '../store-types.ts'

const never = new AbortController().signal

const message = (subject: string, system = 0) => ({ bytes: simpleMessage(subject), flags: flags(system) })
const into = (mailbox: number, it: Delivery['message'], to: Delivery['to'] = 'inbox'): Delivery => ({
  mailbox: mailbox as MailboxId,
  to,
  message: it,
})

async function held(mailbox: Mailbox, path: string): Promise<Buffer[]> {
  const folder = await folderIdOf(mailbox, path)
  const open = await mailbox.open(folder)
  const uids = Array.from({ length: open.index.count }, (_, position) => open.index.uidAt(position))
  open.close()
  const messages = await mailbox.messages(folder, uids)
  return Promise.all(messages.map(({ blob }) => mailbox.content(blob)))
}

test('one message reaches several mailboxes, those too that nobody has opened yet, and is stored once', async () => {
  const stage = await openMailStore()
  const lunch = message('Lunch')
  await stage.store.deliver([into(2, lunch), into(1, lunch), into(1, message('Lunch', SEEN), '\\Sent')], never)
  const [first, second] = [await stage.mailbox(1), await stage.mailbox(2)]
  expect(await held(first, 'INBOX')).toEqual([lunch.bytes])
  expect(await held(second, 'INBOX')).toEqual([lunch.bytes])
  expect(await first.folder('Sent Items')).toMatchObject({ count: 1, unseen: 0 })
  expect(await second.folder('Sent Items')).toMatchObject({ count: 0 })
  const [a] = await first.messages(await folderIdOf(first, 'INBOX'), [1 as never])
  const [b] = await second.messages(await folderIdOf(second, 'INBOX'), [1 as never])
  expect(a!.blob).toBe(b!.blob)
})

test('a delivery wakes the watchers of a mailbox, and open indexes have the message already', async () => {
  const stage = await openMailStore()
  const mailbox = await stage.mailbox(1)
  const { index } = await mailbox.open(await folderIdOf(mailbox, 'INBOX'))
  let woken = 0
  mailbox.watch(() => woken++)
  await stage.store.deliver([into(1, message('Lunch'))], never)
  expect(index.count).toBe(1)
  expect(woken).toBe(1)
})

test('all or none: what one mailbox cannot take, none gets', async () => {
  const stage = await openMailStore({ limits: { messageOctets: 100 } })
  const [first, second] = [await stage.mailbox(1), await stage.mailbox(2)]
  const big = { bytes: Buffer.alloc(101), flags: flags() }
  await expect(stage.store.deliver([into(1, message('x')), into(2, big)], never)).rejects.toMatchObject({
    reason: 'too-big',
  })
  const inbox = await folderIdOf(second, 'INBOX')
  await changeRows(stage.engine, function* () {
    yield { parts: ['update mail_folder set uidnext = ', ' where id = ', ''], args: [0xffff_ffff, inbox] }
  })
  await expect(stage.store.deliver([into(1, message('x')), into(2, message('x'))], never)).rejects.toMatchObject({
    reason: 'over-quota',
  })
  expect(await held(first, 'INBOX')).toEqual([])
  expect(await first.folder('INBOX')).toMatchObject({ uidNext: 1 })
})

test('nothing is delivered for a sender whose own mailbox was taken back, be it while the write waited', async () => {
  const stage = await openMailStore()
  const revocation = new AbortController()
  const delivered = stage.store.deliver([into(1, message('x'))], revocation.signal)
  revocation.abort()
  await expect(delivered).rejects.toMatchObject({ reason: 'gone' })
  expect(await held(await stage.mailbox(1), 'INBOX')).toEqual([])
})

test('a mailbox that is erased while its message is stored does not come back, and nobody gets the message', async () => {
  const stage = await openMailStore()
  const other = await stage.mailbox(2)
  await stage.mailbox(1)
  const blobs = new Proxy(stage.engine.blobs, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name)
      if (name !== 'append') return typeof value === 'function' ? value.bind(target) : value
      return async (bytes: Uint8Array) => {
        await stage.store.erase(1 as MailboxId)
        return target.append(bytes)
      }
    },
  })
  const engine = { ...stage.engine, blobs }
  const store = anotherNode(engine)
  const lunch = message('Lunch')
  await expect(store.deliver([into(1, lunch), into(2, lunch)], never)).rejects.toMatchObject({ reason: 'gone' })
  expect(await held(other, 'INBOX')).toEqual([])
  expect(await stage.engine.sql.all({ parts: ['select mailbox from mail_mailbox'], args: [] })).toEqual([
    { mailbox: 2 },
  ])
})

test('a copy for a folder that is not there is left out', async () => {
  const stage = await openMailStore()
  const mailbox = await stage.mailbox(1)
  await mailbox.deleteFolder(await folderIdOf(mailbox, 'Sent Items'))
  await stage.store.deliver([into(1, message('x'), '\\Sent'), into(1, message('y'))], never)
  expect(await held(mailbox, 'INBOX')).toHaveLength(1)
  await stage.store.deliver([into(1, message('x'), '\\Sent')], never)
})

test('deliveries and appends at once give every message a number of its own', async () => {
  const stage = await openMailStore()
  const mailbox = await stage.mailbox(1)
  const inbox = await folderIdOf(mailbox, 'INBOX')
  await Promise.all(
    Array.from({ length: 40 }, (_, n) =>
      n % 2 === 0
        ? stage.store.deliver([into(1, message(`${n}`)), into(2 + (n % 3), message(`${n}`))], never)
        : mailbox.append(inbox, [message(`${n}`)]),
    ),
  )
  expect(await held(mailbox, 'INBOX')).toHaveLength(40)
  expect(await mailbox.folder('INBOX')).toMatchObject({ count: 40, uidNext: 41 })
})
