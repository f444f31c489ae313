import type { FolderId, ModSeq } from '../../../core/ids.ts'
import { sql } from '../../../storage/engine.ts'
import type { MailboxContext } from '../mailbox-context.ts'
import type { LineKind } from '../journal/journal-line.ts'
import type { MailboxLine, MailboxNews } from '../types.ts'

/** More lines than that are not worth to be looked at one by one. */
const MOST_LINES = 10_000

interface Row {
  readonly now: ModSeq
  readonly tail: ModSeq
  readonly folder: FolderId | null
  readonly kind: LineKind
  readonly what: string
}

/** What the journal says about folders after a mark; of each kind of thing once. */
export async function mailboxNews(box: MailboxContext, since: ModSeq): Promise<MailboxNews> {
  const rows = await box.engine.sql.all<Row>(
    sql`select distinct m.modseq as now, m.journal_tail as tail, j.folder, j.kind,
          case when j.kind in ('annotated', 'subscribed') then j.what else '' end as what
        from mail_mailbox m left join mail_journal j on j.mailbox = m.mailbox and j.modseq > ${since}
        where m.mailbox = ${box.id} limit ${MOST_LINES}`,
  )
  const { now = since, tail = since } = rows[0] ?? {}
  const lines = rows.flatMap(({ folder, kind, what }): MailboxLine[] =>
    folder === null ? [] : [{ folder, kind, what }],
  )
  return { now, whole: since >= tail && rows.length < MOST_LINES, lines }
}
