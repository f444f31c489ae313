import { Jobs } from '../../src/core/jobs.ts'
import type { MailboxId, Uid } from '../../src/core/ids.ts'
import { silentLog } from '../../src/core/log.ts'
import { mailMigrations } from '../../src/domain/mail/schema.ts'
import { createMailStore } from '../../src/domain/mail/store.ts'
import { openSqliteEngine } from '../../src/storage/sqlite/engine.ts'
import { acceleratedWorld } from '../support/world.ts'
import { crashMessage } from './message.ts'

/** A printed line: a stored message, or the space that was freed so far. */
export type WriterReport = { readonly kept: Uid; readonly nth: number } | { readonly freed: number }

const tell = (told: WriterReport) => process.stdout.write(`${JSON.stringify(told)}\n`)

const [dir, round] = process.argv.slice(2)

/** Run as a process of its own: writes for ever, keeps one message in five, and clears away behind at a great pace. */
async function run(): Promise<void> {
  const world = acceleratedWorld(50_000)
  const engine = await openSqliteEngine({
    dir: dir!,
    migrations: mailMigrations,
    world,
    log: silentLog,
    segment: 60_000,
  })
  const store = createMailStore({ engine, world, log: silentLog })
  new Jobs(world).start(store.jobs)
  const mailbox = await store.open(1 as MailboxId, new AbortController().signal)
  const { id } = (await mailbox.folder('INBOX'))!
  let freed = 0
  for (let nth = 0; ; nth += 5) {
    const five = [0, 1, 2, 3, 4].map((more) => ({
      bytes: crashMessage(Number(round), nth + more),
      flags: { system: 0, keywords: [] },
    }))
    const { uids } = await mailbox.append(id, five)
    await mailbox.remove(id, uids.slice(1))
    tell({ kept: uids[0]!, nth })
    if (store.work.freed > freed) tell({ freed: (freed = store.work.freed) })
  }
}

await run()
