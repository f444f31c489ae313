import type { MailboxId } from '../../../core/ids.ts'
import { type Engine, sql } from '../../../storage/engine.ts'

/** A message that was deleted and is kept. */
export interface RecoverableItem {
  readonly id: number
  readonly subject: string
  /** The path of the folder that it was in. */
  readonly folder: string
  readonly deletedAt: number
  readonly octets: number
}

/** Which of them are meant; what is absent is any. */
export interface RecoverableFilter {
  readonly id?: number
  /** Somewhere in the subject, in any letter case. */
  readonly subject?: string
  /** From when on, and until when, they were deleted. */
  readonly from?: number
  readonly until?: number
}

interface Row {
  readonly id: number
  readonly subject: string | null
  readonly folder: string
  readonly at: number
  readonly octets: number
}

/** The latest first. */
export async function recoverableItems(
  { sql: rows }: Engine,
  mailbox: MailboxId,
  filter: RecoverableFilter,
  most: number,
): Promise<readonly RecoverableItem[]> {
  const { id = 0, subject = '', from = 0, until = Number.MAX_SAFE_INTEGER } = filter
  const needle = `%${subject.replaceAll(/[\\%_]/g, '\\$&')}%`
  const found = await rows.all<Row>(sql`select r.id, m.subject, r.folder, r.at, r.octets
    from mail_recoverable r join mail_message m on m.id = r.message
    where r.mailbox = ${mailbox} and (${id} = 0 or r.id = ${id}) and r.at >= ${from} and r.at <= ${until}
      and lower(coalesce(m.subject, '')) like lower(${needle}) escape '\\' order by r.id desc limit ${most}`)
  return found.map(({ at, ...row }) => ({ ...row, subject: row.subject ?? '', deletedAt: at }))
}
