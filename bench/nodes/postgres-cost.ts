import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { MailboxId, Uid } from '../../src/core/ids.ts'
import { silentLog } from '../../src/core/log.ts'
import { realWorld } from '../../src/core/world.ts'
import { mailMigrations } from '../../src/domain/mail/schema.ts'
import { createMailStore } from '../../src/domain/mail/store.ts'
import type { Engine } from '../../src/storage/engine.ts'
import { SegmentBlobs } from '../../src/storage/files/segments.ts'
import { openPostgresEngine } from '../../src/storage/postgres/engine.ts'
import { openSqliteEngine } from '../../src/storage/sqlite/engine.ts'
import { CountedWaits } from '../../test/support/counted-waits.ts'
import { PostgresServer } from '../../test/support/postgres.ts'
import { usageOf } from '../measure/process-tree.ts'
import { concurrently, delivery, processOf } from './work.ts'

const { values } = parseArgs({
  options: {
    engine: { type: 'string', default: 'postgres' },
    count: { type: 'string', default: '6000' },
    concurrency: { type: 'string', default: '32' },
    mailboxes: { type: 'string', default: '64' },
    help: { type: 'boolean', default: false },
  },
})

const usage = `Measures the CPU time of a node and of PostgreSQL for deliveries of 25 KB and for single STOREs.
The store runs in this process. The bytes are in files.

  --engine postgres | sqlite
  --count N         operations of each kind
  --concurrency N   operations under way
  --mailboxes N`

async function main(): Promise<void> {
  if (values.help) return console.log(usage)
  const [count, concurrency, mailboxes] = [values.count, values.concurrency, values.mailboxes].map(Number) as [
    number,
    number,
    number,
  ]
  const dir = mkdtempSync(path.join(tmpdir(), 'postern-bench-'))
  const server = values.engine === 'postgres' ? await PostgresServer.start({ fsync: true }) : undefined
  const postmaster = server && (await processOf(server.url()))
  const options = { migrations: mailMigrations, world: realWorld, log: silentLog }
  const opened: Engine = server
    ? await openPostgresEngine({
        ...options,
        url: server.url(),
        node: { name: 'bench', version: '0' },
        blobs: { tables: [], open: () => SegmentBlobs.open(path.join(dir, 'segments'), options) },
      })
    : await openSqliteEngine({ ...options, dir })
  const counted = new CountedWaits()
  const engine = { ...opened, sql: counted.over(opened.sql) }
  const store = createMailStore({ engine, world: realWorld, log: silentLog })
  const signal = new AbortController().signal
  const opening = Array.from({ length: mailboxes }, async (_, n) => {
    const mailbox = await store.open((n + 1) as MailboxId, signal)
    return { mailbox, inbox: (await mailbox.folder('INBOX'))!.id }
  })
  const places = await Promise.all(opening)

  const measure = async (name: string, run: (n: number) => Promise<unknown>) => {
    await concurrently(count / 10, concurrency, run)
    counted.take()
    const [cpu, before, start] = [process.cpuUsage(), postmaster ? usageOf(postmaster).cpu : 0, performance.now()]
    await concurrently(count, concurrency, run)
    const { user, system } = process.cpuUsage(cpu)
    const elapsed = (performance.now() - start) / 1000
    const { waits, writes } = counted.take()
    const thousands = count / 1000
    console.log(
      [
        name.padEnd(10),
        `node ${((user + system) / 1e6 / thousands).toFixed(3)} s/1k`,
        `database ${(((postmaster ? usageOf(postmaster).cpu : 0) - before) / thousands).toFixed(3)} s/1k`,
        `${(count / elapsed).toFixed(0)}/s`,
        `${(waits / writes).toFixed(1)} waits a write`,
      ].join('   '),
    )
  }
  await measure('deliver', (n) => {
    const delivered = { bytes: delivery(n), flags: { system: 0, keywords: [] } }
    return store.deliver([{ mailbox: ((n % mailboxes) + 1) as MailboxId, to: 'inbox', message: delivered }], signal)
  })
  await measure('STORE', (n) => {
    const { mailbox, inbox } = places[n % mailboxes]!
    const mode = Math.floor(n / mailboxes) % 2 === 0 ? 'add' : 'remove'
    return mailbox.store(inbox, [((n % 10) + 1) as Uid], { mode, flags: { system: 1, keywords: [] } })
  })
  await store.settled()
  await opened.close()
  await server?.close()
  rmSync(dir, { recursive: true, force: true })
}

await main()
