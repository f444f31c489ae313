import { sql } from '../../../storage/engine.ts'
import type { MailboxContext } from '../mailbox-context.ts'
import { findablePath, joined } from './folder-path.ts'
import { everyFolder, type FolderRow, folderOf, hasChildren, pathsOf, walk } from './folder-rows.ts'
import { read } from '../read.ts'
import { subscriptions } from './subscriptions.ts'
import type { Folder } from '../types.ts'

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
