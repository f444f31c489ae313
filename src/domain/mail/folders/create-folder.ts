import type { FolderId } from '../../../core/ids.ts'
import { refuse } from '../../../core/refusal.ts'
import { ask, askOne, sql, type Statements } from '../../../storage/engine.ts'
import { type MailboxContext, write } from '../mailbox-context.ts'
import { type FolderPath, folderPath, joined } from './folder-path.ts'
import { ROOT, walk } from './folder-rows.ts'
import type { MailLimits } from '../limits.ts'
import { folder } from './list-folders.ts'
import type { MailTx } from '../mail-tx.ts'
import type { Folder, SpecialUse } from '../types.ts'

export async function createFolder(box: MailboxContext, text: string, specialUse?: SpecialUse): Promise<Folder> {
  const path = folderPath(text, box.limits)
  await write(box, (tx) => makeFolder(tx, path, specialUse, box.limits))
  return (await folder(box, text)) ?? refuse('no-such-thing', 'The folder was deleted at once')
}

/** Makes a folder and those above it that are missing. Refuses `already-exists`. */
export function* makeFolder(
  tx: MailTx,
  path: FolderPath,
  specialUse: SpecialUse | undefined,
  limits: MailLimits,
): Statements<FolderId> {
  const there = yield* walk(tx.mailbox, path)
  if (there.length === path.length) refuse('already-exists', 'A folder of this name exists')
  yield* roomFor(tx, path.length - there.length, limits)
  if (specialUse) yield* refuseSecondUse(tx, specialUse)
  let parent = there.at(-1)?.id ?? ROOT
  for (let level = there.length; level < path.length; level++) {
    const use = level === path.length - 1 ? specialUse : undefined
    parent = yield* insertFolder(tx, parent, path[level]!, use)
    yield* tx.tell(parent, 'created', joined(path.slice(0, level + 1)))
  }
  return parent
}

function* roomFor(tx: MailTx, more: number, limits: MailLimits): Statements<void> {
  const had = yield* askOne<{ folders: number }>(
    sql`select count(*) as folders from mail_folder where mailbox = ${tx.mailbox}`,
  )
  if (had!.folders + more > limits.folders) refuse('over-quota', 'The mailbox has too many folders', { code: 'LIMIT' })
}

/** RFC 6154 §3: a use that another folder has is refused with USEATTR. */
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
