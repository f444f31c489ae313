import type { FolderId, MailboxId } from '../../../core/ids.ts'
import { refuse } from '../../../core/refusal.ts'
import {
  ask,
  askOne,
  type BlobRef,
  type Engine,
  inARow,
  sql,
  type Statement,
  type Statements,
} from '../../../storage/engine.ts'
import { dropContent } from '../content.ts'
import { keywordsText } from '../flags/flags.ts'
import { joined } from '../folders/folder-rows.ts'
import { ROOT } from '../top-folders.ts'
import type { MailFeature, MailHooks, MailWrite } from '../hooks.ts'
import type { LeasedParts } from '../leased-parts.ts'
import type { FolderEntry } from '../folder-entries.ts'
import type { RecoverableUsage } from '../store-types.ts'

/** The most that Exchange Online keeps of a mailbox on hold. Beyond it, nothing can be deleted. */
const MOST_OCTETS = 100 * 1024 ** 3

const MOST_ITEMS = 3_000_000

/** Keeps messages that are about to be deleted, if the mailbox's rule says so. */
function* keepDeleted(
  tx: MailWrite,
  folder: FolderId,
  placed: readonly FolderEntry[],
  permanently: boolean,
): Statements<void> {
  if (placed.length === 0 || !(yield* keepsDeleted(tx.mailbox, permanently))) return
  const path = yield* pathOf(folder)
  for (const { message, octets, flags } of placed) {
    yield* ask(sql`insert into mail_recoverable (mailbox, message, octets, folder, system, keywords, at, received)
      select ${tx.mailbox}, id, ${octets}, ${path}, ${flags.system}, ${keywordsText(flags)}, ${tx.at}, received_at
      from mail_message where id = ${message}`)
  }
  const octets = placed.reduce((sum, it) => sum + it.octets, 0)
  yield* count(tx.mailbox, { items: placed.length, octets })
}

/** Keeps all messages of a folder that is about to be deleted, if the mailbox's rule says so. */
function* keepFolder(tx: MailWrite, folder: FolderId): Statements<void> {
  if (!(yield* keepsDeleted(tx.mailbox))) return
  const path = yield* pathOf(folder)
  yield* ask(sql`insert into mail_recoverable (mailbox, message, octets, folder, system, keywords, at, received)
    select ${tx.mailbox}, s.message, m.octets, ${path}, s.system, s.keywords, ${tx.at}, m.received_at
    from mail_state s join mail_message m on m.id = s.message where s.folder = ${folder}`)
  const row = yield* askOne<{ total: number; octets: number }>(
    sql`select total, octets from mail_folder where id = ${folder}`,
  )
  yield* count(tx.mailbox, { items: row?.total ?? 0, octets: row?.octets ?? 0 })
}

export function* countOf(mailbox: MailboxId): Statements<RecoverableUsage> {
  const row = yield* askOne<RecoverableUsage>(sql`select items, octets from mail_hold where mailbox = ${mailbox}`)
  return row ?? { items: 0, octets: 0 }
}

/**
 * Changes the counters of kept messages. Refuses `over-quota` beyond the maximum of a mailbox on hold. Without a hold,
 * upkeep purges the oldest messages first.
 */
export function* count(mailbox: MailboxId, { items, octets }: RecoverableUsage): Statements<void> {
  const row = yield* askOne<RecoverableUsage & { held: number }>(sql`update mail_hold set items = items + ${items},
    octets = octets + ${octets} where mailbox = ${mailbox} returning items, octets, held`)
  const share = row?.held === 1 ? 1 : 2
  if (items > 0 && row && (row.octets > share * MOST_OCTETS || row.items > share * MOST_ITEMS)) {
    refuse('over-quota', 'No more can be kept of what is deleted')
  }
}

/** Keeps messages that are deleted from a mailbox on hold, or that may be recovered for a time. */
export const recoverableFeature: MailFeature = {
  keptMessages: 'mail_recoverable',
  deleting: keepDeleted,
  deletingFolder: keepFolder,
  // Upkeep purges the kept messages later.
  *erasing(mailbox) {
    yield* ask(sql`delete from mail_hold where mailbox = ${mailbox} and items = 0`)
    yield* ask(sql`update mail_hold set held = 0, recovers = 0, retains = -1 where mailbox = ${mailbox}`)
  },
}

function* keepsDeleted(mailbox: MailboxId, permanently = false): Statements<boolean> {
  const row = yield* askOne<{ held: number }>(
    sql`select held from mail_hold where mailbox = ${mailbox} and (held = 1 or recovers = 1)`,
  )
  return row !== undefined && (row.held === 1 || !permanently)
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

/** Messages that one write purges, so that other writes can run in between. */
const STEP = 500

interface PurgeParts {
  readonly engine: Engine
  readonly hooks: MailHooks
  readonly parts: Pick<LeasedParts, 'condition'>
}

interface Row {
  readonly id: number
  readonly message: number
  readonly octets: number
}

/** Purges some messages whose retention ended and that no hold covers. Returns true if there were any. */
export async function purge(parts: PurgeParts, now: number): Promise<boolean> {
  const mailboxes = await parts.engine.sql.all<{ mailbox: MailboxId; held: number }>(
    inARow(
      sql`select mailbox, held from mail_hold where items > 0 and (held = 0 or held_for is not null)`,
      parts.parts.condition,
      sql` order by mailbox`,
    ),
  )
  for (const { mailbox, held } of mailboxes) {
    if (await purgeSome(parts, mailbox, held ? uncovered(mailbox, now) : retained(mailbox, now))) return true
  }
  return false
}

/** The write runs this query again, so it finds nothing in a mailbox that was put on hold in the meantime. */
const retained = (mailbox: MailboxId, now: number): Statement =>
  sql`select r.id, r.message, r.octets from mail_hold h join mail_recoverable r on r.mailbox = h.mailbox
      where h.mailbox = ${mailbox} and h.held = 0 and r.at < case
        when h.items > ${MOST_ITEMS} or h.octets > ${MOST_OCTETS} then ${Number.MAX_SAFE_INTEGER}
        else ${now} - h.retains end
      order by r.at limit ${STEP}`

/** For a mailbox on hold. Searches by the time of receipt, because most kept messages were deleted long enough ago. */
const uncovered = (mailbox: MailboxId, now: number): Statement =>
  sql`select r.id, r.message, r.octets from mail_hold h join mail_recoverable r on r.mailbox = h.mailbox
      where h.mailbox = ${mailbox} and r.received < ${now} - h.held_for and r.at < ${now} - h.retains
      order by r.received limit ${STEP}`

async function purgeSome({ engine, hooks }: PurgeParts, mailbox: MailboxId, due: Statement): Promise<boolean> {
  if (!(await engine.sql.first(due))) return false
  const dropped = await engine.sql.write(
    function* (): Statements<readonly BlobRef[]> {
      const rows = yield* ask<Row>(due)
      for (const { id, octets } of rows) {
        yield* ask(sql`delete from mail_recoverable where id = ${id}`)
        yield* count(mailbox, { items: -1, octets: -octets })
      }
      yield* ask(sql`delete from mail_hold where mailbox = ${mailbox} and items = 0 and retains < 0`)
      return yield* dropContent(hooks, rows)
    },
    [mailbox],
  )
  engine.blobs.dropped(dropped)
  return true
}
