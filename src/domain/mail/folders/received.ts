import type { FolderId, MailboxId } from '../../../core/ids.ts'
import { type Engine, sql } from '../../../storage/engine.ts'

/** When the first and the last message of a folder were received. */
export interface ReceivedRange {
  readonly oldest: number
  readonly newest: number
}

/** Of the folders that hold any. */
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
