import type { FolderId, ModSeq, Uid } from '../../core/ids.ts'
import { sql } from '../../storage/engine.ts'
import type { MailboxContext } from './mailbox-context.ts'
import type { FolderIndex, UidRange } from './types.ts'

interface VanishedRow {
  readonly tail: ModSeq
  readonly what: string | null
}

/** See `Mailbox.vanishedSince`. */
export async function vanishedSince(
  box: MailboxContext,
  folder: FolderId,
  since: ModSeq,
): Promise<readonly UidRange[]> {
  const opened = await box.indexes.open(box.id, folder)
  try {
    // One statement, so that tail and lines are from the same moment.
    const rows = await box.engine.sql.all<VanishedRow>(
      sql`select m.journal_tail as tail, j.what from mail_mailbox m
          left join mail_journal j on j.mailbox = m.mailbox and j.modseq > ${since} and j.folder = ${folder}
            and j.kind = 'expunged'
          where m.mailbox = ${box.id}`,
    )
    const [first] = rows
    if (!first || since < first.tail) return absent(opened.index)
    return joined(rows.flatMap(({ what }) => (what === null ? [] : rangesOf(what))))
  } finally {
    opened.close()
  }
}

/** All UIDs below the next one that no message has. */
function absent(index: FolderIndex): readonly UidRange[] {
  const gaps: UidRange[] = []
  let next = 1
  for (let position = 0; position <= index.count; position++) {
    const uid = position < index.count ? index.uidAt(position) : index.uidNext
    if (uid > next) gaps.push([next as Uid, (uid - 1) as Uid])
    next = uid + 1
  }
  return gaps
}

/** Ranges as `uidText` writes them. */
const rangesOf = (text: string): UidRange[] =>
  text.split(',').map((range) => {
    const [first, last = first] = range.split(':').map(Number) as Uid[]
    return [first!, last!]
  })

/** Ascending ranges that neither overlap nor touch. */
function joined(ranges: UidRange[]): readonly UidRange[] {
  const result: UidRange[] = []
  for (const [from, to] of ranges.sort((one, other) => one[0] - other[0])) {
    const last = result[result.length - 1]
    if (last && from <= last[1] + 1) result[result.length - 1] = [last[0], Math.max(last[1], to) as Uid]
    else result.push([from, to])
  }
  return result
}
