import type { FolderId, MailboxId, ModSeq, Uid } from '../../../core/ids.ts'
import { type Sql, sql } from '../../../storage/engine.ts'
import { flagsKey, flagsOf, keywordsText } from '../flags/flags.ts'
import { uidStatements } from '../uid-statements.ts'
import { groupsOf, linesSince } from '../journal/journal.ts'
import { uidsOf } from '../uids.ts'
import type { VerifyFinding } from './finding.ts'

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

/** Compares a folder's row with the rows of its messages. Yields the findings, and then the folder if it exists. */
export async function* checkFolders(rows: Sql): AsyncGenerator<VerifyFinding | { readonly checked: FolderRow }> {
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
    sql`select count(*) as total, coalesce(sum(case when (s.system & 1) = 0 then 1 else 0 end), 0) as unseen,
          coalesce(sum(case when (s.system & 8) <> 0 then 1 else 0 end), 0) as deleted, coalesce(sum(m.octets), 0) as octets,
          coalesce(max(s.uid), 0) as uid, coalesce(max(s.modseq), 0) as modseq
        from mail_state s left join mail_message m on m.id = s.message where s.folder = ${folder}`,
  )
  return sums!
}

function* compare(row: FolderRow, sums: Sums): Generator<VerifyFinding> {
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
    yield { kind: 'unused', ...place, text: 'The folder is of a mailbox that is not there.' }
  } else if (row.modseq > row.mailbox_modseq) {
    const text = `The mod-sequence is ${row.modseq}, and its mailbox has got to ${row.mailbox_modseq}.`
    yield { kind: 'wrong', ...place, text }
  }
}

/** The last state of a message in the journal: its flags, or that it was removed. */
type JournalState = { readonly modSeq: ModSeq; readonly flags: string } | 'gone'

/** Entries that are looked up together. */
const TOGETHER = 500

/** Compares the last state of each message in the journal with the rows. */
export async function* checkJournal(rows: Sql, mailbox: MailboxId): AsyncGenerator<VerifyFinding> {
  const tail = await rows.first<{ tail: ModSeq }>(
    sql`select journal_tail as tail from mail_mailbox where mailbox = ${mailbox}`,
  )
  const news = tail && (await linesSince(rows, mailbox, tail.tail))
  if (!news) return
  const folders = new Map<FolderId, Map<Uid, JournalState>>()
  for (const { folder, kind, what, modSeq } of news.lines) {
    if (modSeq > news.now) {
      yield { kind: 'wrong', about: 'journal', mailbox, folder, text: `It tells of ${modSeq}, which is yet to come.` }
    }
    const said = folders.get(folder) ?? new Map<Uid, JournalState>()
    folders.set(folder, said)
    if (kind === 'gone') folders.delete(folder)
    else if (kind === 'expunged') for (const uid of uidsOf(what)) said.set(uid, 'gone')
    else if (kind === 'added' || kind === 'changed') {
      for (const { flags, uids } of groupsOf(what)) {
        const key = flagsKey(flags.system, keywordsText(flags))
        for (const uid of uids) said.set(uid, { modSeq, flags: key })
      }
    }
  }
  for (const [folder, said] of folders) yield* checkFolder(rows, mailbox, folder, said)
}

async function* checkFolder(
  rows: Sql,
  mailbox: MailboxId,
  folder: FolderId,
  said: ReadonlyMap<Uid, JournalState>,
): AsyncGenerator<VerifyFinding> {
  const uids = [...said.keys()].sort((a, b) => a - b)
  for (let start = 0; start < uids.length; start += TOGETHER) {
    const some = uids.slice(start, start + TOGETHER)
    const states = await statesOf(rows, folder, some)
    for (const uid of some) {
      const [told, is] = [said.get(uid)!, states.get(uid)]
      const text = difference(told, is)
      if (text !== undefined) yield { kind: 'wrong', about: 'journal', mailbox, folder, uid, text }
    }
  }
}

async function statesOf(rows: Sql, folder: FolderId, uids: readonly Uid[]): Promise<ReadonlyMap<Uid, JournalState>> {
  const head = sql`select uid, modseq, system, keywords from mail_state where folder = ${folder} and uid`
  const states = new Map<Uid, JournalState>()
  for (const statement of uidStatements(head, uids)) {
    const found = await rows.all<{ uid: Uid; modseq: ModSeq; system: number; keywords: string }>(statement)
    for (const { uid, modseq, system, keywords } of found) {
      const flags = flagsOf(system, keywords)
      states.set(uid, { modSeq: modseq, flags: flagsKey(flags.system, keywordsText(flags)) })
    }
  }
  return states
}

function difference(told: JournalState, is: JournalState | undefined): string | undefined {
  if (told === 'gone') return is && 'The journal told that it is gone, and it is there.'
  if (is === undefined || is === 'gone') return 'The journal told that it is there, and it is not.'
  if (told.modSeq !== is.modSeq) return `The journal told of it at ${told.modSeq} last; its row says ${is.modSeq}.`
  return told.flags === is.flags
    ? undefined
    : `The journal told of the flags '${told.flags}'; its row has '${is.flags}'.`
}
