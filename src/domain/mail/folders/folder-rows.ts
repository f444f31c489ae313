import { normalized } from '../../../codecs/charset/unicode-casemap.ts'
import type { FolderId, MailboxId, ModSeq, Uid } from '../../../core/ids.ts'
import { refuse } from '../../../core/refusal.ts'
import { ask, askOne, sql, type Statements } from '../../../storage/engine.ts'
import type { MailLimits } from '../limits.ts'
import { INBOX, ROOT } from '../top-folders.ts'
import type { Folder, SpecialUse } from '../types.ts'

/** The names from the root to the folder. */
export type FolderPath = readonly string[]

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

/** Facts about a folder that its row does not hold. */
interface FolderPosition {
  readonly path: string
  readonly subscribed: boolean
  readonly hasChildren: boolean
}

export const folderOf = (row: FolderRow, { path, subscribed, hasChildren }: FolderPosition): Folder => ({
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

/** Returns a subfolder by its name. */
export const child = (mailbox: MailboxId, parent: FolderId, name: string): Statements<FolderRow | undefined> =>
  askOne<FolderRow>(
    sql`select id, parent, name, special_use, uidvalidity, uidnext, modseq, total, unseen, deleted, octets
        from mail_folder where mailbox = ${mailbox} and parent = ${parent} and name = ${name}`,
  )

export function* hasChildren(mailbox: MailboxId, folder: FolderId): Statements<boolean> {
  const rows = yield* ask(sql`select id from mail_folder where mailbox = ${mailbox} and parent = ${folder} limit 1`)
  return rows.length > 0
}

/** The existing folders on the way from the root to a path. */
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

const SEPARATOR = '/'

const forbidden = /[\p{Cc}\u2028\u2029]/u

/** Parses a path. Refuses `bad-syntax` for a path that no folder can have. */
export function folderPath(text: string, limits: MailLimits): FolderPath {
  const names = split(text, limits)
  return typeof names === 'string' ? refuse('bad-syntax', names) : names
}

/** Like {@link folderPath}, but returns undefined for a path that no folder can have. */
export function findablePath(text: string, limits: MailLimits): FolderPath | undefined {
  const names = split(text, limits)
  return typeof names === 'string' ? undefined : names
}

export const joined = (path: FolderPath): string => path.join(SEPARATOR)

/** The names, or the error text. */
function split(text: string, limits: MailLimits): FolderPath | string {
  if (text.length > limits.folderPath) return 'The folder name is too long'
  if (!text.isWellFormed() || forbidden.test(text)) return 'The folder name holds a character that is not allowed'
  // RFC 5198 §3: one form for text that looks the same.
  const names = normalized(text, 'NFC').split(SEPARATOR)
  if (names.includes('')) return 'The folder name has an empty part'
  if (names.length > limits.folderDepth) return 'The folder name has too many levels'
  if (names.some((name) => name.length > limits.folderName)) return 'The folder name is too long'
  if (names[0]!.toLowerCase() === 'inbox') names[0] = INBOX
  return names.join(SEPARATOR).length > limits.folderPath ? 'The folder name is too long' : names
}
