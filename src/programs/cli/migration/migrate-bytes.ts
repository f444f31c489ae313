import type { MailboxId } from '../../../core/ids.ts'
import { ask, type BlobRef, type Engine, type Sql, sql, type Statement } from '../../../storage/engine.ts'
import { HOLD, noteStep, stepOf } from './progress-rows.ts'

/** Bytes that are copied together: few enough to be held in memory. */
const TOGETHER = 64
const OCTETS = 16 * 1024 ** 2

interface NamedBytes {
  readonly blob: BlobRef
  readonly octets: number
  readonly mailbox: MailboxId | null
}

interface CopiedBytes {
  readonly source: BlobRef
  readonly target: BlobRef
  readonly octets: number
}

/** The sources of references, by the table that has them in its column `blob`. */
const sources: Readonly<Record<string, (after: string) => Statement>> = {
  mail_message: (after) => sql`select blob, max(octets) as octets, min(mailbox) as mailbox from mail_message
    where blob > ${after} group by blob order by blob limit ${TOGETHER}`,
  // The octets are not known.
  mail_text: (after) => sql`select blob, ${OCTETS / 8} as octets, null as mailbox from mail_text
    where blob > ${after} group by blob order by blob limit ${TOGETHER}`,
}

/** Copies all bytes that rows name, and notes where they are in the target. Continues where it was interrupted. */
export async function copyBytes(source: Engine, target: Engine, advance: (octets: number) => void): Promise<void> {
  for (const [table, next] of Object.entries(sources)) {
    const step = `bytes of ${table}`
    const before = await stepOf(target.sql, step)
    if (before?.done === 1) continue
    for (let after = before?.place ?? ''; ;) {
      const found = await source.sql.all<NamedBytes>(next(after))
      for (const batch of batchesOf(found)) {
        const copied = await copyBatch(source, target, batch)
        after = batch.at(-1)!.blob
        await target.sql.write(function* () {
          for (const { source: from, target: to, octets } of copied) {
            yield* ask(sql`insert into engine_migration_blob (source, target, octets) values (${from}, ${to}, ${octets})
              on conflict do nothing`)
          }
          yield* noteStep({ name: step, place: after, done: 0 })
        }, HOLD)
        advance(copied.reduce((sum, { octets }) => sum + octets, 0))
      }
      if (found.length < TOGETHER) break
    }
    await target.sql.write(() => noteStep({ name: step, place: '', done: 1 }), HOLD)
  }
}

async function copyBatch(
  source: Engine,
  target: Engine,
  batch: readonly NamedBytes[],
): Promise<readonly CopiedBytes[]> {
  const bytes = await source.blobs.readAll(batch)
  return Promise.all(
    batch.map(async ({ blob, mailbox }, at) => ({
      source: blob,
      target: await target.blobs.append(bytes[at]!, mailbox ?? undefined),
      octets: bytes[at]!.length,
    })),
  )
}

/** Reads all copied bytes in both stores. Returns the number of copies, or throws if one differs. */
export async function compareBytes(source: Engine, target: Engine, advance: (octets: number) => void): Promise<number> {
  let count = 0
  for (let after = ''; ;) {
    const found = await target.sql.all<CopiedBytes>(sql`select source, target, octets from engine_migration_blob
      where source > ${after} order by source limit ${TOGETHER}`)
    for (const batch of batchesOf(found)) {
      const [were, are] = await Promise.all([
        source.blobs.readAll(batch.map((it) => ({ blob: it.source }))),
        target.blobs.readAll(batch.map((it) => ({ blob: it.target }))),
      ])
      for (const [at, { source: from, target: to, octets }] of batch.entries()) {
        if (!were[at]!.equals(are[at]!)) throw new Error(`The bytes ${from} were copied as ${to}, which differ`)
        count++
        advance(octets)
      }
    }
    if (found.length < TOGETHER) return count
    after = found.at(-1)!.source
  }
}

function* batchesOf<T extends { readonly octets: number }>(all: readonly T[]): Generator<readonly T[]> {
  let batch: T[] = []
  let octets = 0
  for (const one of all) {
    if (batch.length > 0 && octets + one.octets > OCTETS) {
      yield batch
      batch = []
      octets = 0
    }
    batch.push(one)
    octets += one.octets
  }
  if (batch.length > 0) yield batch
}

/** Where bytes of the source are in the target. */
export async function copiesOf(target: Sql, refs: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const distinct = [...new Set(refs)]
  if (distinct.length === 0) return new Map()
  const parts = [
    'select source, target from engine_migration_blob where source in (',
    ...Array.from({ length: distinct.length - 1 }, () => ', '),
    ')',
  ]
  const found = await target.all<CopiedBytes>({ parts, args: distinct })
  return new Map(found.map(({ source, target: copy }) => [source, copy]))
}
