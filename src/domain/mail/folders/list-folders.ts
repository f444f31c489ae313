import type { FolderId, MailboxId } from '../../../core/ids.ts'
import { refuse } from '../../../core/refusal.ts'
import { ask, askOne, type Engine, read, sql, type Statements } from '../../../storage/engine.ts'
import type { MailLimits } from '../limits.ts'
import type { MailTx } from '../mail-tx.ts'
import { type MailboxContext, write } from '../mailbox-context.ts'
import type { ReceivedRange } from '../store-types.ts'
import type { Folder } from '../types.ts'
import {
  everyFolder,
  findablePath,
  folderOf,
  folderPath,
  type FolderRow,
  hasChildren,
  joined,
  pathsOf,
  walk,
} from './folder-rows.ts'
import { ROOT } from '../top-folders.ts'

export async function folders(box: MailboxContext): Promise<readonly Folder[]> {
  const [rows, names] = await Promise.all([box.engine.sql.all<FolderRow>(everyFolder(box.id)), subscriptions(box)])
  const paths = pathsOf(rows)
  const subscribed = new Set(names)
  const parents = new Set(rows.map(({ parent }) => parent))
  return rows.map((row) => {
    const path = paths.get(row.id)!
    return folderOf(row, { path, subscribed: subscribed.has(path), hasChildren: parents.has(row.id) })
  })
}

export async function folder(box: MailboxContext, text: string): Promise<Folder | undefined> {
  const path = findablePath(text, box.limits)
  if (!path) return undefined
  const { sql: rows } = box.engine
  const row = (await read(rows, walk(box.id, path)))[path.length - 1]
  if (!row) return undefined
  const name = joined(path)
  const subscribed = await rows.first(
    sql`select name from mail_subscription where mailbox = ${box.id} and name = ${name}`,
  )
  return folderOf(row, {
    path: name,
    subscribed: subscribed !== undefined,
    hasChildren: await read(rows, hasChildren(box.id, row.id)),
  })
}

export async function subscriptions(box: MailboxContext): Promise<readonly string[]> {
  const rows = await box.engine.sql.all<{ name: string }>(
    sql`select name from mail_subscription where mailbox = ${box.id} order by name`,
  )
  return rows.map(({ name }) => name)
}

/** RFC 9051 §6.3.7: a client may subscribe to a name even if the folder does not exist. */
export async function setSubscribed(box: MailboxContext, text: string, on: boolean): Promise<void> {
  const name = joined(folderPath(text, box.limits))
  await write(box, (tx) => (on ? subscribe(tx, name, box.limits) : unsubscribe(tx, name)))
}

export function* subscribe(tx: MailTx, name: string, limits: MailLimits): Statements<void> {
  const had = yield* askOne<{ names: number }>(
    sql`select count(*) as names from mail_subscription where mailbox = ${tx.mailbox}`,
  )
  if (had!.names >= limits.subscriptions)
    refuse('over-quota', 'The mailbox has too many subscriptions', { code: 'LIMIT' })
  const added = yield* ask(
    sql`insert into mail_subscription (mailbox, name) values (${tx.mailbox}, ${name})
        on conflict (mailbox, name) do nothing returning name`,
  )
  if (added.length > 0) yield* tx.addLine(ROOT, 'subscribed', name)
}

function* unsubscribe(tx: MailTx, name: string): Statements<void> {
  const removed = yield* ask(
    sql`delete from mail_subscription where mailbox = ${tx.mailbox} and name = ${name} returning name`,
  )
  if (removed.length > 0) yield* tx.addLine(ROOT, 'subscribed', name)
}

/** For each folder that holds messages: when its first and last message were received. */
export async function received(
  { sql: rows }: Engine,
  mailbox: MailboxId,
): Promise<ReadonlyMap<FolderId, ReceivedRange>> {
  const found = await rows.all<ReceivedRange & { folder: FolderId }>(
    sql`select s.folder, min(m.received_at) as oldest, max(m.received_at) as newest
        from mail_folder f join mail_state s on s.folder = f.id join mail_message m on m.id = s.message
        where f.mailbox = ${mailbox} group by s.folder`,
  )
  return new Map(found.map(({ folder, oldest, newest }) => [folder, { oldest, newest }]))
}
