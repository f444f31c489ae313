import type { FolderId, MailboxId, ModSeq } from '../../../core/ids.ts'
import { type Sql, sql } from '../../../storage/engine.ts'
import type { Line, LineKind } from './journal-line.ts'

/** What a reader with a mark finds in the journal. */
export interface News {
  /** The mailbox's mod-sequence: the reader's next mark. */
  readonly now: ModSeq
  /** Lines up to here may be gone: a smaller mark asks for a full look. */
  readonly tail: ModSeq
  readonly lines: readonly Line[]
}

interface NewsRow {
  readonly now: ModSeq
  readonly tail: ModSeq
  readonly modseq: ModSeq | null
  readonly folder: FolderId
  readonly kind: LineKind
  readonly what: string
}

/** Everything that was told after `mark`, of all folders or of one, in order; undefined when the mailbox is no more. */
export async function linesSince(
  rows: Sql,
  mailbox: MailboxId,
  mark: ModSeq,
  folder?: FolderId,
): Promise<News | undefined> {
  // One statement, so that tail and lines are of one moment.
  const found = await rows.all<NewsRow>(
    folder === undefined
      ? sql`select m.modseq as now, m.journal_tail as tail, j.modseq, j.folder, j.kind, j.what
            from mail_mailbox m left join mail_journal j on j.mailbox = m.mailbox and j.modseq > ${mark}
            where m.mailbox = ${mailbox} order by j.modseq, j.part`
      : sql`select m.modseq as now, m.journal_tail as tail, j.modseq, j.folder, j.kind, j.what
            from mail_mailbox m
            left join mail_journal j on j.mailbox = m.mailbox and j.modseq > ${mark} and j.folder = ${folder}
            where m.mailbox = ${mailbox} order by j.modseq, j.part`,
  )
  const [first] = found
  if (!first) return undefined
  const lines = found.flatMap(({ modseq, folder, kind, what }) =>
    modseq === null ? [] : [{ modSeq: modseq, folder, kind, what }],
  )
  return { now: first.now, tail: first.tail, lines }
}
