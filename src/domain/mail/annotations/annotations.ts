import type { FolderId } from '../../../core/ids.ts'
import { refuse } from '../../../core/refusal.ts'
import { ask, askOne, inARow, sql, type Statement, type Statements } from '../../../storage/engine.ts'
import { type MailboxContext, write } from '../mailbox-context.ts'
import { ROOT } from '../top-folders.ts'
import type { MailFeature } from '../hooks.ts'
import type { MailTx } from '../mail-tx.ts'
import type { Annotation, AnnotationChange } from '../types.ts'

/** The longest value, in octets. */
const LONGEST_VALUE = 64 * 1024
/** The most entries of one folder and of one mailbox, and the most octets of their values. */
const ofFolder = { entries: 100, octets: 1024 * 1024 }
const ofMailbox = { entries: 2000, octets: 16 * 1024 * 1024 }

/** Sorted by entry name. */
export async function annotations(box: MailboxContext, folder: FolderId | undefined): Promise<readonly Annotation[]> {
  const rows = await box.engine.sql.all<{ entry: string; value: Uint8Array }>(
    sql`select entry, value from mail_annotation
        where mailbox = ${box.id} and folder = ${folder ?? ROOT} order by entry`,
  )
  return rows.map(({ entry, value }) => ({ entry, value: Buffer.from(value) }))
}

/** Applies all changes or none. */
export async function annotate(
  box: MailboxContext,
  folder: FolderId | undefined,
  changes: readonly AnnotationChange[],
): Promise<void> {
  if (changes.some(({ value }) => value !== undefined && value.length > LONGEST_VALUE)) {
    refuse('too-big', 'The value is too long', { code: `METADATA MAXSIZE ${LONGEST_VALUE}` })
  }
  await write(box, function* (tx) {
    if (folder !== undefined) yield* tx.folder(folder)
    const place = folder ?? ROOT
    const changed = new Set<string>()
    for (const { entry, value } of changes) {
      const did = value === undefined ? yield* remove(tx, place, entry) : yield* set(tx, place, entry, value)
      if (did) changed.add(entry)
    }
    yield* refuseTooMany(sql`mailbox = ${tx.mailbox} and folder = ${place}`, ofFolder)
    yield* refuseTooMany(sql`mailbox = ${tx.mailbox}`, ofMailbox)
    // The values that this write added are already counted.
    if (changes.some(({ value }) => value !== undefined)) {
      yield* tx.grow({ octets: 0, messages: 0 })
    }
    if (changed.size > 0) yield* tx.addLine(place, 'annotated', [...changed].join(' '))
  })
}

/** Annotations go with their folder and their mailbox, and count in the quota (RFC 5464 §4.3). */
export const annotationFeature: MailFeature = {
  *deletingFolder(_, folder) {
    yield* ask(sql`delete from mail_annotation where folder = ${folder}`)
  },
  *erasing(mailbox) {
    yield* ask(sql`delete from mail_annotation where mailbox = ${mailbox}`)
  },
  *usedOctets(mailbox) {
    const row = yield* askOne<{ octets: number | null }>(
      sql`select sum(length(value)) as octets from mail_annotation where mailbox = ${mailbox}`,
    )
    return row?.octets ?? 0
  },
}

function* set(tx: MailTx, folder: FolderId, entry: string, value: Uint8Array): Statements<boolean> {
  yield* ask(
    sql`insert into mail_annotation (mailbox, folder, entry, value) values (${tx.mailbox}, ${folder}, ${entry}, ${value})
        on conflict (mailbox, folder, entry) do update set value = excluded.value`,
  )
  return true
}

function* remove(tx: MailTx, folder: FolderId, entry: string): Statements<boolean> {
  const removed = yield* ask(
    sql`delete from mail_annotation where mailbox = ${tx.mailbox} and folder = ${folder} and entry = ${entry}
        returning entry`,
  )
  return removed.length > 0
}

function* refuseTooMany(where: Statement, most: typeof ofFolder): Statements<void> {
  const had = yield* askOne<{ entries: number; octets: number | null }>(
    inARow(sql`select count(*) as entries, sum(length(value)) as octets from mail_annotation where `, where),
  )
  if (had!.entries > most.entries || (had!.octets ?? 0) > most.octets) {
    refuse('over-quota', 'There are too many entries', { code: 'METADATA TOOMANY' })
  }
}
