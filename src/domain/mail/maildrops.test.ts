import { expect, test, vi } from 'vitest'
import { anotherNode, appendMessages, changeRows, folderIdOf, openMailStore } from '../../../test/support/mail-store.ts'
import { TestWorld } from '../../../test/support/world.ts'
import type { MailboxId } from '../../core/ids.ts'
import { SECOND } from '../../core/time.ts'
import { ask, sql } from '../../storage/engine.ts'
import type { Mailbox } from './types.ts'

/** Two nodes with one store: they share the engine and no memory. */
async function twoNodes() {
  const world = new TestWorld()
  const stage = await openMailStore({ world })
  const other = anotherNode(stage.engine, { world })
  const here = await stage.mailbox(1)
  const there = await other.open(1 as MailboxId, new AbortController().signal)
  const settled = () => Promise.all([stage.store.settled(), other.settled()])
  /** Lets time pass in steps in which both nodes finish their work. */
  const pass = async (seconds: number) => {
    for (let passed = 0; passed < seconds; passed++) {
      world.advance(SECOND)
      await settled()
    }
  }
  return { world, stage, here, there, settled, pass }
}

const count = async (mailbox: Mailbox) => (await mailbox.folder('INBOX'))!.count

test('a maildrop that is locked at one node is locked at the other', async () => {
  const { here, there, settled } = await twoNodes()
  const lock = (await here.lockMaildrop())!
  expect(await there.lockMaildrop()).toBeUndefined()
  lock.release()
  await settled()
  const next = await there.lockMaildrop()
  expect(next).toBeDefined()
  expect(await here.lockMaildrop()).toBeUndefined()
  // The first session has nothing left to release.
  lock.release()
  await settled()
  expect(await here.lockMaildrop()).toBeUndefined()
})

test('two nodes that lock a maildrop at once: one gets it', async () => {
  const { here, there } = await twoNodes()
  const locks = await Promise.all([here.lockMaildrop(), there.lockMaildrop()])
  expect(locks.filter((lock) => lock !== undefined)).toHaveLength(1)
})

test('the lock of a session that goes on stays for longer than a lock lasts', async () => {
  const { here, there, pass } = await twoNodes()
  const lock = (await here.lockMaildrop())!
  await pass(120)
  expect(lock.lost.aborted).toBe(false)
  expect(await there.lockMaildrop()).toBeUndefined()
})

test('the lock of a node that died is free after 30 seconds', async () => {
  const { world, stage, there } = await twoNodes()
  const died = new TestWorld(world.now())
  const store = anotherNode(stage.engine, { world: died })
  await (await store.open(1 as MailboxId, new AbortController().signal)).lockMaildrop()
  world.advance(29 * SECOND)
  expect(await there.lockMaildrop()).toBeUndefined()
  world.advance(SECOND)
  expect(await there.lockMaildrop()).toBeDefined()
})

test('a session that lost its lock is told, and removes nothing', async () => {
  const { stage, here, there, pass } = await twoNodes()
  const inbox = await folderIdOf(here, 'INBOX')
  const uids = await appendMessages(here, inbox, 2)
  const lock = (await here.lockMaildrop())!
  // As after a minute in which the node stood still.
  await changeRows(stage.engine, () => ask(sql`update mail_maildrop set until = 0`))
  const next = (await there.lockMaildrop())!
  await expect(here.remove(inbox, uids, lock)).rejects.toMatchObject({ reason: 'gone' })
  expect(await count(here)).toBe(2)
  await pass(10)
  expect([lock.lost.aborted, next.lost.aborted]).toEqual([true, false])
  await there.remove(inbox, uids, next)
  expect(await count(here)).toBe(0)
})

test('a lock ends when it cannot be renewed', async () => {
  const { world, stage, here, settled } = await twoNodes()
  const lock = (await here.lockMaildrop())!
  const write = vi.spyOn(stage.engine.sql, 'write').mockRejectedValue(new Error('The database is away'))
  for (let passed = 0; passed < 20; passed += 10) {
    world.advance(10 * SECOND)
    await settled()
  }
  expect(lock.lost.aborted).toBe(false)
  world.advance(10 * SECOND)
  await settled()
  expect(lock.lost.aborted).toBe(true)
  write.mockRestore()
})

test('no lock outlives the only process', async () => {
  const stage = await openMailStore()
  await (await stage.mailbox()).lockMaildrop()
  const engine = { ...stage.engine, unclean: true }
  const store = anotherNode(engine, { world: new TestWorld() })
  const mailbox = await store.open(1 as MailboxId, new AbortController().signal)
  expect(await mailbox.lockMaildrop()).toBeDefined()
})
