import type { FolderId, MailboxId } from '../../../core/ids.ts'
import { refuse } from '../../../core/refusal.ts'
import { ask, askOne, sql, type Statements } from '../../../storage/engine.ts'
import { keywordsText } from '../flags/flags.ts'
import { joined } from '../folders/folder-path.ts'
import { ROOT } from '../folders/folder-rows.ts'
import type { MailTx, Placed } from '../mail-tx.ts'

/** What Exchange Online keeps of a mailbox on hold, at most; beyond it nothing is deleted. */
export const MOST_OCTETS = 100 * 1024 ** 3
export const MOST_ITEMS = 3_000_000

export interface Kept {
  readonly items: number
  readonly octets: number
}

/** Inside a write: messages that are about to leave a folder for good are kept where that is said of the mailbox. */
export function* keepDeleted(tx: MailTx, folder: FolderId, placed: readonly Placed[]): Statements<void> {
  if (placed.length === 0 || !(yield* isKept(tx.mailbox))) return
  const path = yield* pathOf(folder)
  for (const { message, octets, flags } of placed) {
    yield* ask(sql`insert into mail_recoverable (mailbox, message, octets, folder, system, keywords, at, received)
      select ${tx.mailbox}, id, ${octets}, ${path}, ${flags.system}, ${keywordsText(flags)}, ${tx.at}, received_at
      from mail_message where id = ${message}`)
  }
  const octets = placed.reduce((sum, it) => sum + it.octets, 0)
  yield* count(tx.mailbox, { items: placed.length, octets })
}

/** Inside a write: likewise all that a folder holds. */
export function* keepAllOf(tx: MailTx, folder: FolderId): Statements<void> {
  if (!(yield* isKept(tx.mailbox))) return
  const path = yield* pathOf(folder)
  yield* ask(sql`insert into mail_recoverable (mailbox, message, octets, folder, system, keywords, at, received)
    select ${tx.mailbox}, s.message, m.octets, ${path}, s.system, s.keywords, ${tx.at}, m.received_at
    from mail_state s join mail_message m on m.id = s.message where s.folder = ${folder}`)
  const row = yield* askOne<{ total: number; octets: number }>(
    sql`select total, octets from mail_folder where id = ${folder}`,
  )
  yield* count(tx.mailbox, { items: row?.total ?? 0, octets: row?.octets ?? 0 })
}

export function* countOf(mailbox: MailboxId): Statements<Kept> {
  const row = yield* askOne<Kept>(sql`select items, octets from mail_hold where mailbox = ${mailbox}`)
  return row ?? { items: 0, octets: 0 }
}

/**
 * Inside a write: so much more, or less, is kept. Refuses `over-quota` for more than is kept of any mailbox; without a hold
 * the oldest go first, a little later.
 */
export function* count(mailbox: MailboxId, { items, octets }: Kept): Statements<void> {
  const row = yield* askOne<Kept & { held: number }>(sql`update mail_hold set items = items + ${items},
    octets = octets + ${octets} where mailbox = ${mailbox} returning items, octets, held`)
  const share = row?.held === 1 ? 1 : 2
  if (items > 0 && row && (row.octets > share * MOST_OCTETS || row.items > share * MOST_ITEMS)) {
    refuse('over-quota', 'No more can be kept of what is deleted')
  }
}

function* isKept(mailbox: MailboxId): Statements<boolean> {
  const row = yield* askOne(sql`select held from mail_hold where mailbox = ${mailbox} and (held = 1 or recovers = 1)`)
  return row !== undefined
}

function* pathOf(folder: FolderId): Statements<string> {
  const path: string[] = []
  for (let id = folder; id !== ROOT;) {
    const row = yield* askOne<{ parent: FolderId; name: string }>(
      sql`select parent, name from mail_folder where id = ${id}`,
    )
    if (!row) break
    path.unshift(row.name)
    id = row.parent
  }
  return joined(path)
}
