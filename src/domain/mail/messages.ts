import type { FolderId, Uid } from '../../core/ids.ts'
import { type BlobRef, sql } from '../../storage/engine.ts'
import type { MailboxContext } from './mailbox-context.ts'
import { uidStatements } from './index/uid-statements.ts'
import type { Message } from './types.ts'
import { ascending } from './journal/uid-text.ts'

interface MessageRow {
  readonly uid: Uid
  readonly blob: BlobRef
  readonly octets: number
  readonly line_octets: number
  readonly received_at: number
  readonly received_zone: number
  readonly email_id: string
  readonly thread_id: string | null
  readonly preview: string | null
  readonly saved_at: number | null
  readonly envelope: Uint8Array
  readonly body: Uint8Array
  readonly body_structure: Uint8Array
  readonly structure: string
}

export async function messages(
  box: MailboxContext,
  folder: FolderId,
  uids: readonly Uid[],
): Promise<readonly Message[]> {
  // By way of the folder's row: nothing is shown of a folder that is gone, or of another mailbox's.
  const head = sql`
    select s.uid, m.blob, m.octets, m.line_octets, m.received_at, m.received_zone, m.email_id, m.thread_id, m.preview, s.saved_at,
      m.envelope, m.body, m.body_structure, m.structure
    from mail_folder f join mail_state s on s.folder = f.id join mail_message m on m.id = s.message
    where f.id = ${folder} and f.mailbox = ${box.id} and s.uid`
  const found = await Promise.all(
    uidStatements(head, ascending(uids)).map((statement) => box.engine.sql.all<MessageRow>(statement)),
  )
  return found
    .flat()
    .map(messageOf)
    .sort((a, b) => a.uid - b.uid)
}

const messageOf = (row: MessageRow): Message => ({
  uid: row.uid,
  blob: row.blob,
  octets: row.octets,
  lineOctets: row.line_octets,
  received: { at: row.received_at, zone: row.received_zone },
  emailId: row.email_id,
  threadId: row.thread_id ?? undefined,
  preview: row.preview ?? undefined,
  savedAt: row.saved_at ?? undefined,
  envelope: row.envelope,
  body: row.body,
  bodyStructure: row.body_structure,
  structure: row.structure,
})
