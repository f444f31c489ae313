import type { FolderId, MailboxId, ModSeq, Uid } from '../../../core/ids.ts'
import { type Sql, sql } from '../../../storage/engine.ts'
import type { Finding } from './finding.ts'

interface FolderRow {
  readonly id: FolderId
  readonly mailbox: MailboxId
  readonly uidnext: number
  readonly modseq: ModSeq
  readonly total: number
  readonly unseen: number
  readonly deleted: number
  readonly octets: number
  readonly mailbox_modseq: ModSeq | null
}

interface Sums {
  readonly total: number
  readonly unseen: number
  readonly deleted: number
  readonly octets: number
  readonly uid: Uid
  readonly modseq: ModSeq
}

/** What a folder's row says against the rows of its messages. Gives each folder that is there, after what is wrong with it. */
export async function* checkFolders(rows: Sql): AsyncGenerator<Finding | { readonly checked: FolderRow }> {
  for (let after = 0; ;) {
    const row = await rows.first<FolderRow>(
      sql`select f.id, f.mailbox, f.uidnext, f.modseq, f.total, f.unseen, f.deleted, f.octets, m.modseq as mailbox_modseq
          from mail_folder f left join mail_mailbox m on m.mailbox = f.mailbox
          where f.id > ${after} order by f.id limit 1`,
    )
    if (!row) return
    after = row.id
    yield* compare(row, await sumsOf(rows, row.id))
    yield { checked: row }
  }
}

async function sumsOf(rows: Sql, folder: FolderId): Promise<Sums> {
  const sums = await rows.first<Sums>(
    sql`select count(*) as total, coalesce(sum((s.system & 1) = 0), 0) as unseen,
          coalesce(sum((s.system & 8) <> 0), 0) as deleted, coalesce(sum(m.octets), 0) as octets,
          coalesce(max(s.uid), 0) as uid, coalesce(max(s.modseq), 0) as modseq
        from mail_state s left join mail_message m on m.id = s.message where s.folder = ${folder}`,
  )
  return sums!
}

function* compare(row: FolderRow, sums: Sums): Generator<Finding> {
  const place = { about: 'folder', mailbox: row.mailbox, folder: row.id } as const
  for (const counter of ['total', 'unseen', 'deleted', 'octets'] as const) {
    if (row[counter] === sums[counter]) continue
    yield { kind: 'wrong', ...place, text: `The counter '${counter}' says ${row[counter]}; it is ${sums[counter]}.` }
  }
  if (sums.uid >= row.uidnext) {
    yield { kind: 'wrong', ...place, text: `The next UID is to be ${row.uidnext}, and ${sums.uid} is taken.` }
  }
  if (sums.modseq > row.modseq) {
    yield { kind: 'wrong', ...place, text: `The mod-sequence is ${row.modseq}, and a message has ${sums.modseq}.` }
  }
  if (row.mailbox_modseq === null) {
    yield { kind: 'litter', ...place, text: 'The folder is of a mailbox that is not there.' }
  } else if (row.modseq > row.mailbox_modseq) {
    const text = `The mod-sequence is ${row.modseq}, and its mailbox has got to ${row.mailbox_modseq}.`
    yield { kind: 'wrong', ...place, text }
  }
}
