import { expect, test } from 'vitest'
import {
  anotherNode,
  appendMessages,
  flags,
  folderIdOf,
  indexContents,
  openMailStore,
  simpleMessage,
} from '../../../test/support/mail-store.ts'
import { TestWorld } from '../../../test/support/world.ts'
import type { FolderId, MailboxId, Uid } from '../../core/ids.ts'
import { SECOND } from '../../core/time.ts'
import { type Engine, type MarkKind, type Notifier, sql, type Topic, type Unsubscribe } from '../../storage/engine.ts'
import { kinds } from './search/texts/text-column.ts'
import type { SearchKey } from './types.ts'

/** A notifier that loses every notice. */
class LosingNotifier implements Notifier {
  readonly #subscribers = new Map<Unsubscribe, { readonly topic: Topic; readonly woken: () => void }>()
  #look: ((topics: readonly Topic[]) => Promise<ReadonlyMap<Topic, number>>) | undefined
  #seen = new Map<Topic, number>()

  notify(): void {}

  subscribe(topic: Topic, woken: () => void): Unsubscribe {
    const unsubscribe = () => void this.#subscribers.delete(unsubscribe)
    this.#subscribers.set(unsubscribe, { topic, woken })
    return unsubscribe
  }

  marks(kind: MarkKind, look: (topics: readonly Topic[]) => Promise<ReadonlyMap<Topic, number>>): void {
    if (kind === 'mailbox') this.#look = look
  }

  /** Looks at the marks, and wakes the subscribers of the topics that changed. Returns these. */
  async lookAtMarks(): Promise<readonly Topic[]> {
    const mailboxes = [...this.#subscribers.values()].filter(({ topic }) => typeof topic === 'number')
    const marks = await this.#look!([...new Set(mailboxes.map(({ topic }) => topic))])
    const changed = [...marks].filter(([topic, mark]) => this.#seen.get(topic) !== mark).map(([topic]) => topic)
    for (const { topic, woken } of mailboxes) if (changed.includes(topic)) woken()
    this.#seen = new Map(marks)
    return changed
  }
}

const never = new AbortController().signal

/** Two nodes over one engine, with a mailbox opened at each. Their clock moves in steps of a second. */
async function twoNodes(notifier?: Notifier) {
  const world = new TestWorld()
  const through = (engine: Engine) => ({ ...engine, ...(notifier && { notifier }) })
  const stage = await openMailStore({ world, through })
  const other = anotherNode(stage.engine, { world })
  const here = await stage.mailbox(1)
  const there = await other.open(1 as MailboxId, never)
  const pass = async (seconds: number) => {
    for (let passed = 0; passed < seconds; passed++) {
      world.advance(SECOND)
      await Promise.all([stage.store.settled(), other.settled()])
    }
  }
  return { world, stage, other, here, there, pass }
}

test('a change whose notice was lost is found by the mark of its mailbox', async () => {
  const notifier = new LosingNotifier()
  const { stage, here, there } = await twoNodes(notifier)
  const inbox = await folderIdOf(here, 'INBOX')
  const { index } = await there.open(inbox)
  const heard = Promise.withResolvers<void>()
  index.watch(() => heard.resolve())
  expect(await notifier.lookAtMarks()).toEqual([1])
  expect(await notifier.lookAtMarks()).toEqual([])
  await appendMessages(here, inbox, 1)
  expect(index.count).toBe(0)
  expect(await notifier.lookAtMarks()).toEqual([1])
  await heard.promise
  expect(index.count).toBe(1)
  await stage.store.erase(1 as MailboxId)
  expect(await notifier.lookAtMarks()).toEqual([1])
})

test('a flag that another node removed is set again, although the notice was lost', async () => {
  const { here, there } = await twoNodes(new LosingNotifier())
  const inbox = await folderIdOf(here, 'INBOX')
  const uids = await appendMessages(here, inbox, 1, flags(1))
  const { index } = await there.open(inbox)
  await here.store(inbox, uids, { mode: 'remove', flags: flags(1) })
  expect(index.flagsAt(0)).toEqual(flags(1))
  expect(await there.store(inbox, uids, { mode: 'add', flags: flags(1) })).toMatchObject({ changed: true })
  const { index: fresh } = await here.open(inbox)
  expect([index.flagsAt(0), fresh.flagsAt(0)]).toEqual([flags(1), flags(1)])
})

test('two nodes that purge the same mailbox count each message once', async () => {
  const { world, stage, other, here, pass } = await twoNodes()
  const jobs = [...stage.store.jobs, ...other.jobs]
  const inbox = await folderIdOf(here, 'INBOX')
  const uids = await appendMessages(here, inbox, 30)
  const rule = { held: false, heldFor: undefined, recovers: true, retains: 1000 }
  await stage.store.recoverable.setRule(here.id, rule)
  await here.remove(inbox, uids.slice(0, 20))
  world.advance(5000)
  await here.remove(inbox, uids.slice(20))
  for (let round = 0; round < 6; round++) await Promise.all(jobs.map((job) => job.run()))
  expect(await stage.store.recoverable.kept(here.id)).toEqual({
    items: 10,
    octets: 10 * simpleMessage('Message 9').length + 10,
  })
  await pass(2)
  for (let round = 0; round < 6; round++) await Promise.all(jobs.map((job) => job.run()))
  expect(await stage.store.recoverable.kept(here.id)).toEqual({ items: 0, octets: 0 })
})

test('two nodes that pack the index of a folder leave one that is right', async () => {
  const { stage, other, here, there, pass } = await twoNodes()
  const inbox = await folderIdOf(here, 'INBOX')
  await appendMessages(here, inbox, 700)
  const opened = [await here.open(inbox), await there.open(inbox)]
  for (let round = 0; round < 6; round++) {
    const mailbox = round % 2 === 0 ? here : there
    await mailbox.store(inbox, [(round * 100 + 1) as Uid], { mode: 'add', flags: flags(1) })
    await mailbox.remove(inbox, [(round * 100 + 5) as Uid])
    await Promise.all([stage.store.settled(), other.settled()])
    const third = await anotherNode(stage.engine).open(here.id, never)
    const fresh = await third.open(inbox)
    for (const { index } of opened) expect(indexContents(fresh.index)).toEqual(indexContents(index))
    fresh.close()
  }
  await pass(12)
  expect(stage.store.work.indexesPacked).toBeGreaterThan(0)
  expect(other.work.indexesPacked).toBeGreaterThan(0)
})

test('packed metadata goes with its messages, whichever node packs and removes', async () => {
  const { stage, other, here, there, pass } = await twoNodes()
  const inbox = await folderIdOf(here, 'INBOX')
  const uids = await appendMessages(here, inbox, 600)
  const read = async () => {
    const seen: Uid[] = []
    for await (const { uids: some } of there.metadata(inbox, uids, ['envelope'])) seen.push(...some)
    return seen
  }
  await read()
  // The packers of both nodes and a removal at the same time.
  const packing = pass(3)
  await here.remove(inbox, uids.slice(0, 300))
  await packing
  await pass(3)
  expect(await read()).toEqual(uids.slice(300))
  expect(stage.store.work.chunksPacked + other.work.chunksPacked).toBeGreaterThan(0)
  const chunks = await stage.engine.sql.all<{ chunk: number }>(
    sql`select distinct m.chunk from mail_metadata m where not exists (
          select 1 from mail_state s where s.folder = m.folder and s.uid >= m.chunk * 256 and s.uid < (m.chunk + 1) * 256)`,
  )
  expect(chunks).toEqual([])
})

test('two nodes that make the same texts at once keep each once', async () => {
  const { stage, here, there } = await twoNodes()
  const inbox = await folderIdOf(here, 'INBOX')
  const uids = await appendMessages(here, inbox, 200)
  const query: SearchKey = { key: 'body', text: 'hello' }
  const found = await Promise.all([here.search(inbox, query), there.search(inbox, query)])
  expect(found).toEqual([uids, uids])
  const slots = await stage.engine.sql.first<{ count: number }>(
    sql`select count(*) as count from mail_text_slot where kind = ${kinds.body}`,
  )
  expect(slots).toEqual({ count: 200 })
  const live = await stage.engine.sql.first(sql`select sum(live) as live from mail_text where kind = ${kinds.body}`)
  expect(live).toEqual({ live: 200 })
  expect(await Promise.all([here.search(inbox, query), there.search(inbox, query)])).toEqual([uids, uids])
})

test('the recent marks of many folders are written mailbox by mailbox', async () => {
  const { stage, here, there, pass } = await twoNodes()
  const second = await stage.mailbox(2)
  const claimed: FolderId[] = []
  for (const [mailbox, path] of [
    [here, 'INBOX'],
    [there, 'Archive'],
    [second, 'INBOX'],
  ] as const) {
    const folder = await folderIdOf(mailbox, path)
    await appendMessages(mailbox, folder, 2)
    const opened = await mailbox.open(folder)
    opened.index.firstRecent(true)
    claimed.push(folder)
  }
  await pass(2)
  for (const folder of claimed) {
    expect(await stage.engine.sql.first(sql`select first_recent from mail_folder where id = ${folder}`)).toEqual({
      first_recent: 3,
    })
  }
})
