import { silentLog } from '../../src/core/log.ts'
import { realWorld } from '../../src/core/world.ts'
import { ask, sql } from '../../src/storage/engine.ts'
import { openSqliteEngine } from '../../src/storage/sqlite/engine.ts'

/** Run as a process of its own: writes for ever, and prints a line for each write once it is acknowledged. */
const engine = await openSqliteEngine({
  dir: process.argv[2]!,
  migrations: [{ number: 1, name: 'notes', up: () => ['create table note (id integer primary key, text text)'] }],
  world: realWorld,
  log: silentLog,
  bounds: { soft: 50, hard: 100 },
})

let next = 1

async function write(): Promise<never> {
  for (;;) {
    const id = next++
    const ref = await engine.blobs.append(Buffer.from(`note ${id}`))
    await engine.sql.write(() => ask(sql`insert into note (id, text) values (${id}, ${ref})`))
    process.stdout.write(`${JSON.stringify({ id, ref })}\n`)
  }
}

await Promise.all(Array.from({ length: 8 }, write))
