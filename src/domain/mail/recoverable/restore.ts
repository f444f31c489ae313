import type { FolderId, Uid } from '../../../core/ids.ts'
import { ask, sql, type Statements, type Write } from '../../../storage/engine.ts'
import { type MailboxContext, write } from '../mailbox-context.ts'
import { flagsOf } from '../flags/flags.ts'
import { inFolderCase } from '../flags/keyword-case.ts'
import { findablePath, INBOX } from '../folders/folder-path.ts'
import { child, ROOT, walk } from '../folders/folder-rows.ts'
import { uidStatements } from '../index/uid-statements.ts'
import type { MailTx } from '../mail-tx.ts'
import { refuseOverQuota } from '../quota/quota.ts'
import { DELETED } from '../types.ts'
import { count } from './kept.ts'

interface Row {
  readonly id: number
  readonly message: number
  readonly octets: number
  readonly folder: string
  readonly system: number
  readonly keywords: string
}

/** Puts messages back where they were, in the inbox where that folder is gone. Tells the folders of those that were there. */
export async function restore(
  box: MailboxContext,
  ids: readonly number[],
  through?: Write,
): Promise<ReadonlyMap<number, string>> {
  const ascending = ids.toSorted((a, b) => a - b)
  const work = function* (tx: MailTx): Statements<ReadonlyMap<number, string>> {
    const head = sql`select id, message, octets, folder, system, keywords from mail_recoverable
      where mailbox = ${tx.mailbox} and id`
    const rows: Row[] = []
    for (const statement of uidStatements(head, ascending)) rows.push(...(yield* ask<Row>(statement)))
    const octets = rows.reduce((sum, row) => sum + row.octets, 0)
    yield* refuseOverQuota(tx, box.limits, { octets, messages: rows.length })
    const back = new Map<number, string>()
    for (const [path, group] of Map.groupBy(rows, ({ folder }) => folder)) {
      const to = yield* folderAt(box, tx, path)
      yield* putBack(box, tx, group, to.id)
      for (const { id } of group) back.set(id, to.path)
    }
    const mine = sql`delete from mail_recoverable where mailbox = ${tx.mailbox} and id`
    for (const statement of uidStatements(mine, ascending)) yield* ask(statement)
    yield* count(tx.mailbox, { items: -rows.length, octets: -octets })
    return back
  }
  return write(box, work, through)
}

/** Without the mark by which they would go again. */
function* putBack({ limits }: MailboxContext, tx: MailTx, rows: readonly Row[], to: FolderId): Statements<void> {
  const { first } = yield* tx.takeUids(to, rows.length)
  const flags = rows.map(({ system, keywords }) => flagsOf(system & ~DELETED, keywords))
  const cased = yield* inFolderCase(to, flags, limits)
  yield* tx.add(
    to,
    rows.map(({ message, octets }, at) => ({ uid: (first + at) as Uid, message, octets, flags: cased(flags[at]!) })),
  )
}

function* folderAt(
  { limits }: MailboxContext,
  { mailbox }: MailTx,
  path: string,
): Statements<{ readonly id: FolderId; readonly path: string }> {
  const names = findablePath(path, limits) ?? []
  const rows = yield* walk(mailbox, names)
  const last = rows.at(-1)
  if (last && rows.length === names.length) return { id: last.id, path }
  return { id: (yield* child(mailbox, ROOT, INBOX))!.id, path: INBOX }
}
