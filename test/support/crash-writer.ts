import { silentLog } from '../../src/core/log.ts'
import { realWorld } from '../../src/core/world.ts'
import { ask, sql } from '../../src/storage/engine.ts'
import { crashMigrations } from './crash-migrations.ts'
import { openSqliteEngine } from '../../src/storage/sqlite/engine.ts'

/**
 * Run as a process of its own: writes for ever, and prints a line for each write once it is acknowledged. The row
 * `note_sum` counts the notes and adds up their ids.
 */
const engine = await openSqliteEngine({
  dir: process.argv[2]!,
  migrations: crashMigrations,
  world: realWorld,
  log: silentLog,
  bounds: { soft: 50, hard: 100 },
})

let next = 1

async function write(): Promise<never> {
  for (;;) {
    const id = next++
    const ref = await engine.blobs.append(Buffer.from(`note ${id}`))
    await engine.sql.write(function* () {
      yield* ask(sql`insert into note (id, text) values (${id}, ${ref})`)
      yield* ask(sql`update note_sum set count = count + 1, sum = sum + ${id}`)
    })
    process.stdout.write(`${JSON.stringify({ id, ref })}\n`)
  }
}

await Promise.all(Array.from({ length: 8 }, write))
