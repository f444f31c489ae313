import { randomInt } from 'node:crypto'
import { writeSync } from 'node:fs'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { MailboxId, Uid } from '../../src/core/ids.ts'
import { silentLog } from '../../src/core/log.ts'
import { realWorld } from '../../src/core/world.ts'
import { mailMigrations } from '../../src/domain/mail/schema.ts'
import { createMailStore } from '../../src/domain/mail/store.ts'
import { FLAGGED } from '../../src/domain/mail/types.ts'
import { openSqliteEngine } from '../../src/storage/sqlite/engine.ts'
import { crashMessage } from './message.ts'

/** One acknowledged write, as it is printed. */
export type Acknowledged =
  | { readonly did: 'append'; readonly nth: number; readonly uid: Uid }
  | { readonly did: 'flag' | 'remove'; readonly uid: Uid }

/**
 * Synchronously: what waited in memory for a slow reader would be lost with the process, and the next step would not.
 */
const tell = (acknowledged: Acknowledged) => writeSync(1, `${JSON.stringify(acknowledged)}\n`)

const [dir, round] = process.argv.slice(2)

/**
 * Run as a process of its own: writes and searches for ever, and prints a line for each write once it is acknowledged.
 */
async function run(): Promise<void> {
  const engine = await openSqliteEngine({ dir: dir!, migrations: mailMigrations, world: realWorld, log: silentLog })
  const store = createMailStore({ engine, world: realWorld, log: silentLog })
  const mailbox = await store.open(1 as MailboxId, new AbortController().signal)
  const { id } = (await mailbox.folder('INBOX'))!
  let nth = 0
  const write = async (): Promise<never> => {
    for (;;) {
      const mine = nth++
      const bytes = crashMessage(Number(round), mine)
      const { uids } = await mailbox.append(id, [{ bytes, flags: { system: 0, keywords: [] } }])
      tell({ did: 'append', nth: mine, uid: uids[0]! })
      if (randomInt(3) > 0) continue
      await mailbox.store(id, uids, { mode: 'add', flags: { system: FLAGGED, keywords: [] } })
      tell({ did: 'flag', uid: uids[0]! })
      if (randomInt(2) > 0) continue
      await mailbox.remove(id, uids)
      tell({ did: 'remove', uid: uids[0]! })
    }
  }
  const look = async (): Promise<never> => {
    for (;;) {
      await mailbox.search(id, { key: 'text', text: 'subject' })
      await nextTurn()
    }
  }
  await Promise.all([...Array.from({ length: 8 }, write), look()])
}

await run()
