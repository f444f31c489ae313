import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { SeededRandom } from '../../../test/support/seeded-random.ts'
import { crashMigrations } from '../../../test/support/crash-migrations.ts'
import { temporaryDirectory } from '../../../test/support/disk.ts'
import { silentLog } from '../../core/log.ts'
import { Refusal } from '../../core/refusal.ts'
import { realWorld } from '../../core/world.ts'
import { type BlobRef, type Engine, sql } from '../engine.ts'
import { openSqliteEngine } from './engine.ts'
import { checkLog } from './log-check.ts'
import { openSqliteToRead } from './open-to-read.ts'

/** A data directory as a killed server left it, and what the server had acknowledged. */
interface Killed {
  readonly dir: string
  readonly acknowledged: readonly number[]
}

const DAMAGES = 25

async function killedAfter(writes: number, atEnd: (end: () => void) => void): Promise<Killed> {
  const dir = temporaryDirectory(atEnd)
  const writer = new URL('../../../test/support/crash-writer.ts', import.meta.url)
  const child: ChildProcess = fork(writer, [dir], { silent: true })
  const acknowledged: number[] = []
  for await (const line of createInterface({ input: child.stdout! })) {
    acknowledged.push((JSON.parse(line) as { id: number }).id)
    if (acknowledged.length === writes) child.kill('SIGKILL')
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  return { dir, acknowledged }
}

function copyOf({ dir }: Killed): string {
  const copy = temporaryDirectory()
  cpSync(dir, copy, { recursive: true })
  return copy
}

/** Checks that the content of the store is consistent and is as it was written. Returns the ids. */
async function contentOf(engine: Engine): Promise<ReadonlySet<number>> {
  const { sql: rows, blobs } = engine
  expect(await engine.check()).toEqual([])
  const notes = await rows.all<{ id: number; text: string }>(sql`select id, text from note order by id`)
  const [sum] = await rows.all<{ count: number; sum: number }>(sql`select count, sum from note_sum`)
  expect({ ...sum }).toEqual({ count: notes.length, sum: notes.reduce((all, { id }) => all + id, 0) })
  for (const { id, text } of notes) expect(String(await blobs.read(text as BlobRef))).toBe(`note ${id}`)
  return new Set(notes.map(({ id }) => id))
}

/** Octets of a frame in the log: a header and a page. */
const FRAME = 24 + 4096

/** Octets of frames before the last transaction: damage in that one looks like a write that the kill cut off. */
function beforeLastCommit(wal: string): number {
  const bytes = readFileSync(wal)
  const ends: number[] = []
  // https://www.sqlite.org/fileformat2.html#the_write_ahead_log: a commit frame has the size of the database.
  const salts = bytes.subarray(16, 24)
  for (let at = 32; at + FRAME <= bytes.length; at += FRAME) {
    // Frames with other salts are left over from before the last checkpoint.
    if (!bytes.subarray(at + 8, at + 16).equals(salts)) break
    if (bytes.readUInt32BE(at + 4) > 0) ends.push(at + FRAME)
  }
  return (ends.at(-2) ?? 32) - 32
}

/** Starts on a damaged directory: it is refused in one sentence, or all is there that is not logged as lost. */
async function start(dir: string, acknowledged: readonly number[]): Promise<string> {
  const logged: { lost: number }[] = []
  const log = { ...silentLog, error: (fields: object) => void logged.push(fields as { lost: number }) }
  const hadLog = existsSync(join(dir, 'postern.db-wal'))
  let engine: Engine
  try {
    engine = await openSqliteEngine({ dir, migrations: crashMigrations, world: realWorld, log })
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(Refusal)
    expect((thrown as Refusal).message).toMatch(/^The .* is damaged; restore (it|the database) from a backup\.$/)
    return 'refused'
  }
  onTestFinished(() => engine.close())
  const kept = await contentOf(engine)
  const missing = acknowledged.filter((id) => !kept.has(id))
  expect(engine.unclean).toBe(true)
  if (logged.length === 0) expect(missing).toEqual([])
  if (missing.length === 0) return 'all there'
  expect(engine.lost).toBe(true)
  // Writes before the damage are there: acknowledged ones are lost from some point on.
  expect(logged[0]!.lost).toBeGreaterThan(0)
  expect(existsSync(join(dir, 'postern.db-wal.damaged'))).toBe(hadLog)
  return 'some lost'
}

function flip(file: string, at: number, bit: number): void {
  const octets = readFileSync(file)
  octets[at]! ^= 1 << bit
  writeFileSync(file, octets)
}

const ends: (() => void)[] = []
let killed: readonly Killed[]
beforeAll(async () => {
  killed = await Promise.all([40, 300, 900].map((writes) => killedAfter(writes, (end) => void ends.push(end))))
  return () => ends.forEach((end) => end())
})

describe('a killed server’s directory whose write-ahead log', () => {
  test('is as it was left has everything, and nothing is logged', async () => {
    for (const { dir, acknowledged } of killed) {
      expect(checkLog(join(dir, 'postern.db'))).toMatchObject({ is: 'intact', lost: 0 })
      expect(await start(copyOf({ dir, acknowledged }), acknowledged)).toBe('all there')
    }
  })

  test('has one bit flipped loses nothing in silence', async () => {
    const outcomes = new Set<string>()
    const chance = new SeededRandom(1)
    for (let nth = 0; nth < DAMAGES; nth += 1) {
      const one = chance.of(killed)
      const dir = copyOf(one)
      const wal = join(dir, 'postern.db-wal')
      // The header is hit as often as a frame.
      const at = chance.below(nth % 4 === 0 ? 32 : statSync(wal).size)
      flip(wal, at, chance.below(8))
      outcomes.add(await start(dir, one.acknowledged))
    }
    expect(outcomes).toContain('some lost')
  })

  test('is cut off loses nothing in silence', async () => {
    const chance = new SeededRandom(2)
    for (let nth = 0; nth < DAMAGES; nth += 1) {
      const one = chance.of(killed)
      const dir = copyOf(one)
      const wal = join(dir, 'postern.db-wal')
      truncateSync(wal, nth === 0 ? 0 : chance.below(statSync(wal).size))
      await start(dir, one.acknowledged)
    }
  })

  test('is gone, or overwritten with something else, loses nothing in silence', async () => {
    for (const one of killed) {
      for (const damage of [
        (wal: string) => rmSync(wal),
        (wal: string) => writeFileSync(wal, 'x'.repeat(statSync(wal).size)),
        (wal: string) => writeFileSync(wal, Buffer.alloc(statSync(wal).size)),
      ]) {
        const dir = copyOf(one)
        damage(join(dir, 'postern.db-wal'))
        await start(dir, one.acknowledged)
      }
    }
  })

  test('has a flipped bit and no index beside it is used or refused, and never mixed with the database', async () => {
    const chance = new SeededRandom(3)
    for (let nth = 0; nth < DAMAGES; nth += 1) {
      const one = chance.of(killed)
      const dir = copyOf(one)
      const wal = join(dir, 'postern.db-wal')
      rmSync(join(dir, 'postern.db-shm'))
      const octets = beforeLastCommit(wal)
      if (octets === 0) continue
      flip(wal, 32 + chance.below(octets), chance.below(8))
      await start(dir, one.acknowledged)
    }
  })

  test('is damaged is told of by verify, which leaves it as it is', async () => {
    const dir = copyOf(killed[0]!)
    const wal = join(dir, 'postern.db-wal')
    flip(wal, 40, 3)
    const before = readFileSync(wal)
    const engine = await openSqliteToRead({ dir, migrations: crashMigrations, world: realWorld, log: silentLog })
    onTestFinished(() => engine.close())
    expect(await engine.check()).toEqual([expect.stringMatching(/is damaged: \d+ committed frames are lost/)])
    expect(readFileSync(wal).equals(before)).toBe(true)
  })
})

test('numbers jump far ahead after acknowledged writes were lost', async () => {
  const dir = copyOf(killed[0]!)
  flip(join(dir, 'postern.db-wal'), 40, 3)
  const engine = await openSqliteEngine({ dir, migrations: crashMigrations, world: realWorld, log: silentLog })
  onTestFinished(() => engine.close())
  expect([engine.unclean, engine.lost]).toEqual([true, true])
})
