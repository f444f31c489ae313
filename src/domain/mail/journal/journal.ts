import type { FolderId, MailboxId, ModSeq, Uid } from '../../../core/ids.ts'
import { type Sql, sql } from '../../../storage/engine.ts'
import { type FlagGroup, flagsOf, keywordsText } from '../flags/flags.ts'
import { PORTION, portions } from '../portions.ts'
import type { Flags } from '../types.ts'
import { uidStatements } from '../uid-statements.ts'
import { uidsOf, uidText } from '../uids.ts'

/**
 * The kind of a line: a change of messages as in `Change`, or of the folder itself. `subscribed` covers both
 * directions.
 */
export type LineKind =
  | 'added'
  | 'changed'
  | 'expunged'
  | 'created'
  | 'renamed'
  | 'gone'
  | 'subscribed'
  | 'annotated'
  | 'properties'

/** A journal line as readers get it. */
export interface Line {
  readonly modSeq: ModSeq
  /** 0 if the line concerns no folder. */
  readonly folder: FolderId
  readonly kind: LineKind
  /**
   * `added` and `changed`: {@link groupsText}; `expunged`: UIDs; `gone`: the last name of the path; `created`,
   * `renamed`: the whole path; `annotated`: the entries.
   */
  readonly what: string
}

/**
 * The flags of messages after this line, so that a reader needs only the journal: `1:3,7 1 $Junk` is one group; line
 * feeds separate groups.
 */
export const groupsText = (groups: Iterable<FlagGroup>): string =>
  Array.from(groups, ({ flags, uids }) => `${uidText(uids)} ${flags.system} ${keywordsText(flags)}`).join('\n')

/** Splits groups over several lines, so that no line reports too many messages. */
export function* groupPortions(groups: readonly FlagGroup[]): Generator<readonly FlagGroup[], void> {
  const messages = groups.reduce((sum, { uids }) => sum + uids.length, 0)
  if (messages <= PORTION) yield groups
  else for (const { flags, uids } of groups) for (const portion of portions(uids)) yield [{ flags, uids: portion }]
}

/** Reads back what {@link groupsText} wrote. */
export const groupsOf = (text: string): FlagGroup[] =>
  text.split('\n').map((group) => {
    const [uids, system, ...keywords] = group.split(' ')
    return { flags: flagsOf(Number(system), keywords.join(' ')), uids: uidsOf(uids!) }
  })

/** Groups messages by equal flags. */
export class Grouping {
  readonly #groups = new Map<string, { flags: Flags; uids: Uid[] }>()

  add(uid: Uid, flags: Flags): void {
    const key = `${flags.system} ${keywordsText(flags)}`
    const group = this.#groups.get(key)
    if (group) group.uids.push(uid)
    else this.#groups.set(key, { flags, uids: [uid] })
  }

  get groups(): readonly FlagGroup[] {
    return [...this.#groups.values()]
  }
}

/** The journal from a reader's mark on. */
export interface JournalLines {
  /** The mailbox's mod-sequence: the reader's next mark. */
  readonly now: ModSeq
  /** Lines up to here may have been deleted: a reader with a smaller mark has to read everything again. */
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

/** All lines after `mark`, of all folders or of one, in order; undefined if the mailbox does not exist. */
export async function linesSince(
  rows: Sql,
  mailbox: MailboxId,
  mark: ModSeq,
  folder?: FolderId,
): Promise<JournalLines | undefined> {
  // One statement, so that tail and lines are from the same moment.
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

/** The length of a journal line from which on it counts in the bulk. */
export const LONG_LINE = 1024

/** The mark of a mailbox that was erased: larger than every other. */
const ERASED = Number.MAX_SAFE_INTEGER

/** The mod-sequences of mailboxes, by which notices that were lost are found. */
export async function mailboxMarks(
  rows: Sql,
  mailboxes: readonly MailboxId[],
): Promise<ReadonlyMap<MailboxId, number>> {
  const marks = new Map<MailboxId, number>(mailboxes.map((mailbox) => [mailbox, ERASED]))
  const ascending = mailboxes.toSorted((a, b) => a - b)
  for (const statement of uidStatements(sql`select mailbox, modseq from mail_mailbox where mailbox`, ascending)) {
    for (const { mailbox, modseq } of await rows.all<{ mailbox: MailboxId; modseq: ModSeq }>(statement)) {
      marks.set(mailbox, modseq)
    }
  }
  return marks
}
