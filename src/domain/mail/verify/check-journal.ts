import type { FolderId, MailboxId, ModSeq, Uid } from '../../../core/ids.ts'
import { type Sql, sql } from '../../../storage/engine.ts'
import { flagsKey, flagsOf, keywordsText } from '../flags/flags.ts'
import { groupsOf } from '../journal/journal-line.ts'
import { linesSince } from '../journal/lines-since.ts'
import { uidStatements } from '../index/uid-statements.ts'
import { uidsOf } from '../journal/uid-text.ts'
import type { Finding } from './finding.ts'

/** What the journal said last about a message: what it has, or that it is gone. */
type Said = { readonly modSeq: ModSeq; readonly flags: string } | 'gone'

/** Places looked up together. */
const TOGETHER = 500

/** What a mailbox's journal told last about each message, as far back as it goes, against the rows. */
export async function* checkJournal(rows: Sql, mailbox: MailboxId): AsyncGenerator<Finding> {
  const tail = await rows.first<{ tail: ModSeq }>(
    sql`select journal_tail as tail from mail_mailbox where mailbox = ${mailbox}`,
  )
  const news = tail && (await linesSince(rows, mailbox, tail.tail))
  if (!news) return
  const folders = new Map<FolderId, Map<Uid, Said>>()
  for (const { folder, kind, what, modSeq } of news.lines) {
    if (modSeq > news.now) {
      yield { kind: 'wrong', about: 'journal', mailbox, folder, text: `It tells of ${modSeq}, which is yet to come.` }
    }
    const said = folders.get(folder) ?? new Map<Uid, Said>()
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
  said: ReadonlyMap<Uid, Said>,
): AsyncGenerator<Finding> {
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

async function statesOf(rows: Sql, folder: FolderId, uids: readonly Uid[]): Promise<ReadonlyMap<Uid, Said>> {
  const head = sql`select uid, modseq, system, keywords from mail_state where folder = ${folder} and uid`
  const states = new Map<Uid, Said>()
  for (const statement of uidStatements(head, uids)) {
    const found = await rows.all<{ uid: Uid; modseq: ModSeq; system: number; keywords: string }>(statement)
    for (const { uid, modseq, system, keywords } of found) {
      const flags = flagsOf(system, keywords)
      states.set(uid, { modSeq: modseq, flags: flagsKey(flags.system, keywordsText(flags)) })
    }
  }
  return states
}

function difference(told: Said, is: Said | undefined): string | undefined {
  if (told === 'gone') return is && 'The journal told that it is gone, and it is there.'
  if (is === undefined || is === 'gone') return 'The journal told that it is there, and it is not.'
  if (told.modSeq !== is.modSeq) return `The journal told of it at ${told.modSeq} last; its row says ${is.modSeq}.`
  return told.flags === is.flags
    ? undefined
    : `The journal told of the flags '${told.flags}'; its row has '${is.flags}'.`
}
