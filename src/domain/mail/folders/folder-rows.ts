import { normalized } from '../../../codecs/charset/normalize.ts'
import type { FolderId, MailboxId, ModSeq, Uid } from '../../../core/ids.ts'
import { refuse } from '../../../core/refusal.ts'
import { ask, askOne, sql, type Statements } from '../../../storage/engine.ts'
import type { MailLimits } from '../limits.ts'
import type { Folder, SpecialUse } from '../types.ts'

/** A folder's names from the root. */
export type FolderPath = readonly string[]

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

/** The inbox's name, whatever its case was when somebody asked (RFC 9051 §5.1). */
export const INBOX = 'Inbox'
const SEPARATOR = '/'

const forbidden = /[\p{Cc}\u2028\u2029]/u

/** Reads a path. Refuses `bad-syntax` for one that no folder can have. */
export function folderPath(text: string, limits: MailLimits): FolderPath {
  const names = split(text, limits)
  return typeof names === 'string' ? refuse('bad-syntax', names) : names
}

/** Like {@link folderPath}, where a path that no folder can have is simply not there. */
export function findablePath(text: string, limits: MailLimits): FolderPath | undefined {
  const names = split(text, limits)
  return typeof names === 'string' ? undefined : names
}

export const joined = (path: FolderPath): string => path.join(SEPARATOR)

/** The names, or what is wrong with them. */
function split(text: string, limits: MailLimits): FolderPath | string {
  if (text.length > limits.folderPath) return 'The folder name is too long'
  if (!text.isWellFormed() || forbidden.test(text)) return 'The folder name holds a character that is not allowed'
  // RFC 5198 §3: one form for what looks the same.
  const names = normalized(text, 'NFC').split(SEPARATOR)
  if (names.includes('')) return 'The folder name has an empty part'
  if (names.length > limits.folderDepth) return 'The folder name has too many levels'
  if (names.some((name) => name.length > limits.folderName)) return 'The folder name is too long'
  if (names[0]!.toLowerCase() === 'inbox') names[0] = INBOX
  return names.join(SEPARATOR).length > limits.folderPath ? 'The folder name is too long' : names
}
