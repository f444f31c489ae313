import { DAY } from '../../../core/time.ts'
import type { FolderId, MailboxId, Uid } from '../../../core/ids.ts'
import { ask, askOne, type Engine, read, sql, type Statements, type Write } from '../../../storage/engine.ts'
import { flagsOf, inFolderCase } from '../flags/flags.ts'
import { child, findablePath, walk } from '../folders/folder-rows.ts'
import { INBOX, ROOT } from '../top-folders.ts'
import { uidStatements } from '../uid-statements.ts'
import type { MailTx } from '../mail-tx.ts'
import { type MailboxContext, type MailContext, write } from '../mailbox-context.ts'
import type { KeepRule, Recoverable, RecoverableFilter, RecoverableItem } from '../store-types.ts'
import { DELETED } from '../types.ts'
import { count, countOf } from './keep-deleted.ts'

interface RuleRow {
  readonly held: number
  readonly held_for: number | null
  readonly recovers: number
  readonly retains: number
}

const atFirst: RuleRow = { held: 0, held_for: null, recovers: 0, retains: 14 * DAY }

const ruleOf = ({ held, held_for, recovers, retains }: RuleRow): KeepRule => ({
  held: held === 1,
  heldFor: held_for ?? undefined,
  recovers: recovers === 1,
  retains,
})

export const createRecoverable = (context: MailContext, ready: Promise<void>): Recoverable => ({
  async setRule(id, change, write = (work, holds) => context.engine.sql.write(work, holds)) {
    await ready
    await write(
      function* () {
        const row = yield* askOne<RuleRow>(
          sql`select held, held_for, recovers, retains from mail_hold where mailbox = ${id}`,
        )
        const { held, heldFor = null, recovers, retains } = { ...ruleOf(row ?? atFirst), ...change }
        yield* ask(sql`insert into mail_hold (mailbox, held, held_for, recovers, retains, items, octets)
        values (${id}, ${Number(held)}, ${heldFor}, ${Number(recovers)}, ${retains}, 0, 0)
        on conflict (mailbox) do update set held = excluded.held, held_for = excluded.held_for,
          recovers = excluded.recovers, retains = excluded.retains`)
      },
      [id],
    )
  },
  kept: (id) => read(context.engine.sql, countOf(id)),
  items: (id, filter, most) => recoverableItems(context.engine, id, filter, most),
  async restore(id, items, write) {
    await ready
    return restore({ ...context, id, revoked: new AbortController().signal }, items, write)
  },
})

interface Row {
  readonly id: number
  readonly subject: string | null
  readonly folder: string
  readonly at: number
  readonly octets: number
}

/** The latest first. */
async function recoverableItems(
  { sql: rows }: Engine,
  mailbox: MailboxId,
  filter: RecoverableFilter,
  most: number,
): Promise<readonly RecoverableItem[]> {
  const { id = 0, subject = '', from = 0, until = Number.MAX_SAFE_INTEGER } = filter
  const needle = `%${subject.replaceAll(/[\\%_]/g, '\\$&')}%`
  const found = await rows.all<Row>(sql`select r.id, m.subject, r.folder, r.at, r.octets
    from mail_recoverable r join mail_message m on m.id = r.message
    where r.mailbox = ${mailbox} and r.id >= ${id} and r.id <= ${id === 0 ? Number.MAX_SAFE_INTEGER : id} and r.at >= ${from} and r.at <= ${until}
      and lower(coalesce(m.subject, '')) like lower(${needle}) escape '\\' order by r.id desc limit ${most}`)
  return found.map(({ at, ...row }) => ({ ...row, subject: row.subject ?? '', deletedAt: at }))
}

interface RestoreRow {
  readonly id: number
  readonly message: number
  readonly octets: number
  readonly folder: string
  readonly system: number
  readonly keywords: string
}

/**
 * Puts messages back into their folders, or into the inbox if the folder does not exist. Returns the folder of each.
 */
async function restore(
  box: MailboxContext,
  ids: readonly number[],
  through?: Write,
): Promise<ReadonlyMap<number, string>> {
  const ascending = ids.toSorted((a, b) => a - b)
  const work = function* (tx: MailTx): Statements<ReadonlyMap<number, string>> {
    const head = sql`select id, message, octets, folder, system, keywords from mail_recoverable
      where mailbox = ${tx.mailbox} and id`
    const rows: RestoreRow[] = []
    for (const statement of uidStatements(head, ascending)) rows.push(...(yield* ask<RestoreRow>(statement)))
    rows.sort((a, b) => a.id - b.id)
    const octets = rows.reduce((sum, row) => sum + row.octets, 0)
    yield* tx.grow({ octets, messages: rows.length })
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

/** Clears `\Deleted`, so that the next EXPUNGE does not remove them again. */
function* putBack({ limits }: MailboxContext, tx: MailTx, rows: readonly RestoreRow[], to: FolderId): Statements<void> {
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
