/*
 * A node of the measurement of scaling: opens the store, says `ready` to its parent, works for as many seconds as the
 * parent says, and reports what it did.
 */
import path from 'node:path'
import type { MailboxId, Uid } from '../../src/core/ids.ts'
import { silentLog } from '../../src/core/log.ts'
import { DAY } from '../../src/core/time.ts'
import { realWorld } from '../../src/core/world.ts'
import { mailMigrations } from '../../src/domain/mail/schema.ts'
import { createMailStore } from '../../src/domain/mail/store.ts'
import { openPostgresEngine } from '../../src/storage/postgres/engine.ts'
import { packsIn } from '../../src/storage/s3/blobs-factory.ts'
import { ObjectStore } from '../../src/storage/s3/object-store.ts'
import { type CappedNodeOptions, type CappedNodeReport, MAILBOXES } from './scaling.ts'
import { concurrently, delivery } from './work.ts'

const CONCURRENCY = 8
/** Every fourth operation is a delivery; the others change a flag. */
const DELIVERIES = 4
/** Operations before the measurement. */
const WARM_UP = 2000

const { name, url, bucket, folder } = JSON.parse(process.argv[2]!) as CappedNodeOptions
const world = realWorld
const engine = await openPostgresEngine({
  url,
  node: { name, version: '0' },
  migrations: mailMigrations,
  world,
  log: silentLog,
  blobs: packsIn({
    objects: new ObjectStore({ ...bucket, world }),
    world,
    log: silentLog,
    cache: path.join(folder, name),
    cacheOctets: 1e9,
    spoolOctets: 20e9,
    kept: DAY,
  }),
})
const store = createMailStore({ engine, world, log: silentLog })
const signal = new AbortController().signal
const places = await Promise.all(
  Array.from({ length: MAILBOXES }, async (_, n) => {
    const mailbox = await store.open((n + 1) as MailboxId, signal)
    return { mailbox, inbox: (await mailbox.folder('INBOX'))!.id }
  }),
)

const deliver = (n: number) => {
  const message = { bytes: delivery(n), flags: { system: 0, keywords: [] } }
  return store.deliver([{ mailbox: ((n % MAILBOXES) + 1) as MailboxId, to: 'inbox', message }], signal)
}

function change(n: number): Promise<unknown> {
  const { mailbox, inbox } = places[n % MAILBOXES]!
  const mode = Math.floor(n / MAILBOXES) % 2 === 0 ? 'add' : 'remove'
  return mailbox.store(inbox, [1 as Uid], { mode, flags: { system: 1, keywords: [] } })
}

/** Not all nodes begin with the same mailbox. */
let next = Number(/\d+$/.exec(name)?.[0] ?? 0) * 7
const operation = () => {
  next += 1
  return next % DELIVERIES === 0 ? deliver(next) : change(next)
}

/** So that each folder has a message, and the code is compiled. */
await concurrently(MAILBOXES, CONCURRENCY, deliver)
await concurrently(WARM_UP, CONCURRENCY, operation)

process.on('message', (seconds: number) => {
  void work(seconds).then((report) => process.send!(report))
})
process.on('disconnect', () => process.exit())
process.send!('ready')

async function work(seconds: number): Promise<CappedNodeReport> {
  let done = 0
  const [cpu, start] = [process.cpuUsage(), performance.now()]
  const lane = async () => {
    while (performance.now() - start < seconds * 1000) {
      await operation()
      done += 1
    }
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, lane))
  const { user, system } = process.cpuUsage(cpu)
  return { operations: done, cpu: (user + system) / 1e6, seconds: (performance.now() - start) / 1000 }
}
