import type { FolderId } from '../../../core/ids.ts'
import { refuse } from '../../../core/refusal.ts'
import { ask, sql, type Statements } from '../../../storage/engine.ts'
import { type MailboxContext, write } from '../mailbox-context.ts'
import { makeFolder } from './create-folder.ts'
import { type FolderPath, folderPath, joined } from './folder-path.ts'
import { everyFolder, type FolderRow, isInboxRow, levels, pathsOf, ROOT, walk } from './folder-rows.ts'
import type { MailLimits } from '../limits.ts'
import type { MailTx } from '../mail-tx.ts'
import { moveAll } from '../move.ts'

/** Refuses `already-exists`; `not-allowed` for a place below itself; `too-big` when what is below would not fit. */
export async function renameFolder(box: MailboxContext, id: FolderId, to: string): Promise<void> {
  const path = folderPath(to, box.limits)
  await write(box, function* (tx) {
    const rows = yield* ask<FolderRow>(everyFolder(tx.mailbox))
    const row = rows.find((row) => row.id === id)
    if (!row) refuse('no-such-thing', 'The folder does not exist')
    if (isInboxRow(row)) {
      // RFC 9051 §6.3.6: the inbox itself stays, with what is below it.
      yield* moveAll(tx, id, yield* makeFolder(tx, path, undefined, box.limits), box.limits)
      return
    }
    refuseWhatDoesNotFit(rows, row, path, box.limits)
    const parent = yield* parentFor(tx, row, path, box.limits)
    yield* ask(sql`update mail_folder set parent = ${parent}, name = ${path.at(-1)!} where id = ${id}`)
    yield* tx.tell(id, 'renamed', joined(path))
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

/** What is below comes along, and must keep within the bounds of a path. */
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
