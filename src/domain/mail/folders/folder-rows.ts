import type { FolderId, MailboxId, ModSeq, Uid } from '../../../core/ids.ts'
import { ask, askOne, sql, type Statements } from '../../../storage/engine.ts'
import { type FolderPath, INBOX, joined, SEPARATOR } from './folder-path.ts'
import type { Folder, SpecialUse } from '../types.ts'

/** Stands for the parent of what is at the root. */
export const ROOT = 0 as FolderId

export interface FolderRow {
  readonly id: FolderId
  readonly parent: FolderId
  readonly name: string
  readonly special_use: SpecialUse | null
  readonly uidvalidity: number
  readonly uidnext: Uid
  readonly modseq: ModSeq
  readonly total: number
  readonly unseen: number
  readonly deleted: number
  readonly octets: number
}

/** What a row alone does not say. */
interface Place {
  readonly path: string
  readonly subscribed: boolean
  readonly hasChildren: boolean
}

export const folderOf = (row: FolderRow, { path, subscribed, hasChildren }: Place): Folder => ({
  id: row.id,
  path,
  specialUse: row.special_use ?? undefined,
  uidValidity: row.uidvalidity,
  uidNext: row.uidnext,
  highestModSeq: row.modseq,
  count: row.total,
  unseen: row.unseen,
  deleted: row.deleted,
  octets: row.octets,
  subscribed,
  hasChildren,
})

export const everyFolder = (mailbox: MailboxId) =>
  sql`select id, parent, name, special_use, uidvalidity, uidnext, modseq, total, unseen, deleted, octets
      from mail_folder where mailbox = ${mailbox}`

/** One level down. */
export const child = (mailbox: MailboxId, parent: FolderId, name: string): Statements<FolderRow | undefined> =>
  askOne<FolderRow>(
    sql`select id, parent, name, special_use, uidvalidity, uidnext, modseq, total, unseen, deleted, octets
        from mail_folder where mailbox = ${mailbox} and parent = ${parent} and name = ${name}`,
  )

export function* hasChildren(mailbox: MailboxId, folder: FolderId): Statements<boolean> {
  const rows = yield* ask(sql`select id from mail_folder where mailbox = ${mailbox} and parent = ${folder} limit 1`)
  return rows.length > 0
}

/** The folders on the way to a path, from the root, as far as they exist. */
export function* walk(mailbox: MailboxId, path: FolderPath): Statements<readonly FolderRow[]> {
  const rows: FolderRow[] = []
  for (const name of path) {
    const row = yield* child(mailbox, rows.at(-1)?.id ?? ROOT, name)
    if (!row) break
    rows.push(row)
  }
  return rows
}

/** The path of each folder. */
export function pathsOf(rows: readonly Pick<FolderRow, 'id' | 'parent' | 'name'>[]): ReadonlyMap<FolderId, string> {
  const byId = new Map(rows.map((row) => [row.id, row]))
  const paths = new Map<FolderId, string>()
  const pathOf = (id: FolderId): string => {
    const known = paths.get(id)
    if (known !== undefined) return known
    const { parent, name } = byId.get(id)!
    const path = parent === ROOT ? name : joined([pathOf(parent), name])
    paths.set(id, path)
    return path
  }
  for (const { id } of rows) pathOf(id)
  return paths
}

export const levels = (path: string): number => path.split(SEPARATOR).length

export const isInboxRow = ({ parent, name }: Pick<FolderRow, 'parent' | 'name'>): boolean =>
  parent === ROOT && name === INBOX
