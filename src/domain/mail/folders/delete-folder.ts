import type { FolderId } from '../../../core/ids.ts'
import { refuse } from '../../../core/refusal.ts'
import { ask, askOne, sql } from '../../../storage/engine.ts'
import { dropAnnotations } from '../annotations/annotations.ts'
import { type MailboxContext, write } from '../mailbox-context.ts'
import { isInboxRow, hasChildren } from './folder-rows.ts'
import { keepAllOf } from '../recoverable/kept.ts'
import { dropUrlKey } from '../url-keys/url-keys.ts'

/** The folder goes at once; its messages are cleared away behind. */
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
    yield* keepAllOf(tx, id)
    yield* ask(sql`delete from mail_folder where id = ${id}`)
    yield* dropAnnotations(id)
    yield* dropUrlKey(id)
    yield* ask(sql`insert into mail_litter (folder) values (${id})`)
    yield* tx.tell(id, 'gone', row.name)
  })
  box.littered()
}
