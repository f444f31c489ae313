import type { FolderId } from '../../../core/ids.ts'
import { refuse } from '../../../core/refusal.ts'
import { ask, askOne, sql, type Statements } from '../../../storage/engine.ts'
import { moveAll } from '../copy-and-move.ts'
import type { MailLimits } from '../limits.ts'
import type { MailTx } from '../mail-tx.ts'
import { type MailboxContext, write } from '../mailbox-context.ts'
import type { Folder, SpecialUse } from '../types.ts'
import {
  everyFolder,
  type FolderPath,
  folderPath,
  type FolderRow,
  hasChildren,
  isInboxRow,
  joined,
  levels,
  pathsOf,
  walk,
} from './folder-rows.ts'
import { ROOT } from '../top-folders.ts'
import { folder } from './list-folders.ts'

export async function createFolder(box: MailboxContext, text: string, specialUse?: SpecialUse): Promise<Folder> {
  const path = folderPath(text, box.limits)
  await write(box, (tx) => makeFolder(tx, path, specialUse, box.limits))
  return (await folder(box, text)) ?? refuse('no-such-thing', 'The folder was deleted at once')
}

/** Creates a folder and its missing parents. Refuses `already-exists`. */
export function* makeFolder(
  tx: MailTx,
  path: FolderPath,
  specialUse: SpecialUse | undefined,
  limits: MailLimits,
): Statements<FolderId> {
  const there = yield* walk(tx.mailbox, path)
  if (there.length === path.length) refuse('already-exists', 'A folder of this name exists')
  yield* refuseTooManyFolders(tx, path.length - there.length, limits)
  if (specialUse) yield* refuseSecondUse(tx, specialUse)
  let parent = there.at(-1)?.id ?? ROOT
  for (let level = there.length; level < path.length; level++) {
    const use = level === path.length - 1 ? specialUse : undefined
    parent = yield* insertFolder(tx, parent, path[level]!, use)
    yield* tx.addLine(parent, 'created', joined(path.slice(0, level + 1)))
  }
  return parent
}

function* refuseTooManyFolders(tx: MailTx, more: number, limits: MailLimits): Statements<void> {
  const had = yield* askOne<{ folders: number }>(
    sql`select count(*) as folders from mail_folder where mailbox = ${tx.mailbox}`,
  )
  if (had!.folders + more > limits.folders) refuse('over-quota', 'The mailbox has too many folders', { code: 'LIMIT' })
}

/** RFC 6154 §3: refuses a special use that another folder has, with USEATTR. */
function* refuseSecondUse(tx: MailTx, specialUse: SpecialUse): Statements<void> {
  const [other] = yield* ask(
    sql`select id from mail_folder where mailbox = ${tx.mailbox} and special_use = ${specialUse} limit 1`,
  )
  if (other) refuse('not-allowed', 'Another folder has this special use', { code: 'USEATTR' })
}

function* insertFolder(
  tx: MailTx,
  parent: FolderId,
  name: string,
  specialUse: SpecialUse | undefined,
): Statements<FolderId> {
  // RFC 9051 §6.3.4: a name that is used again needs a larger UIDVALIDITY, so the mailbox counts them.
  const validity = yield* askOne<{ uidvalidity: number }>(
    sql`update mail_mailbox set uidvalidity = uidvalidity + 1 where mailbox = ${tx.mailbox} returning uidvalidity`,
  )
  const made = yield* askOne<{ id: FolderId }>(
    sql`insert into mail_folder
          (mailbox, parent, name, special_use, uidvalidity, uidnext, modseq, total, unseen, deleted, octets, first_recent)
        values
          (${tx.mailbox}, ${parent}, ${name}, ${specialUse ?? null}, ${validity!.uidvalidity}, 1, ${tx.modSeq}, 0, 0, 0, 0, 1)
        returning id`,
  )
  return made!.id
}

/**
 * Refuses `already-exists`; `not-allowed` for a place below the folder itself; `too-big` if the path of a subfolder
 * would become too long.
 */
export async function renameFolder(box: MailboxContext, id: FolderId, to: string): Promise<void> {
  const path = folderPath(to, box.limits)
  await write(box, function* (tx) {
    const rows = yield* ask<FolderRow>(everyFolder(tx.mailbox))
    const row = rows.find((row) => row.id === id)
    if (!row) refuse('no-such-thing', 'The folder does not exist')
    if (isInboxRow(row)) {
      // RFC 9051 §6.3.6: the inbox and its subfolders stay.
      yield* moveAll(tx, id, yield* makeFolder(tx, path, undefined, box.limits), box.limits)
      return
    }
    refuseWhatDoesNotFit(rows, row, path, box.limits)
    const parent = yield* parentFor(tx, row, path, box.limits)
    yield* ask(sql`update mail_folder set parent = ${parent}, name = ${path.at(-1)!} where id = ${id}`)
    yield* tx.addLine(id, 'renamed', joined(path))
  })
}

function* parentFor(tx: MailTx, row: FolderRow, path: FolderPath, limits: MailLimits): Statements<FolderId> {
  const there = yield* walk(tx.mailbox, path)
  if (there.length === path.length) refuse('already-exists', 'A folder of this name exists')
  if (there.some(({ id }) => id === row.id)) refuse('not-allowed', 'A folder cannot be put below itself')
  const above = path.slice(0, -1)
  if (above.length === 0) return ROOT
  return there.length === above.length ? there.at(-1)!.id : yield* makeFolder(tx, above, undefined, limits)
}

/** Subfolders move along, and their paths must stay within the limits. */
function refuseWhatDoesNotFit(rows: readonly FolderRow[], row: FolderRow, path: FolderPath, limits: MailLimits): void {
  const paths = pathsOf(rows)
  const from = `${paths.get(row.id)!}/`
  const to = `${joined(path)}/`
  for (const below of paths.values()) {
    if (!below.startsWith(from)) continue
    const after = to + below.slice(from.length)
    if (after.length > limits.folderPath || levels(after) > limits.folderDepth) {
      refuse('too-big', 'A folder below would get too long a name')
    }
  }
}

/** Deletes the folder at once. A sweep in the background removes its messages. */
export async function deleteFolder(box: MailboxContext, id: FolderId): Promise<void> {
  await write(box, function* (tx) {
    const row = yield* askOne<{ parent: FolderId; name: string }>(
      sql`select parent, name from mail_folder where id = ${id} and mailbox = ${tx.mailbox}`,
    )
    if (!row) refuse('no-such-thing', 'The folder does not exist')
    if (isInboxRow(row)) refuse('not-allowed', 'The inbox cannot be deleted')
    if (yield* hasChildren(tx.mailbox, id)) {
      refuse('not-allowed', 'The folder has other folders in it', { code: 'HASCHILDREN' })
    }
    yield* tx.deletingFolder(id)
    yield* ask(sql`delete from mail_folder where id = ${id}`)
    yield* ask(sql`insert into mail_litter (folder, mailbox) values (${id}, ${tx.mailbox})`)
    yield* tx.addLine(id, 'gone', row.name)
  })
  box.littered()
}
