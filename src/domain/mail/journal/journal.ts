import type { FolderId, MailboxId, ModSeq, Uid } from '../../../core/ids.ts'
import { type Sql, sql } from '../../../storage/engine.ts'
import { type FlagGroup, flagsOf, keywordsText } from '../flags/flags.ts'
import { PORTION, portions } from '../portions.ts'
import type { Flags } from '../types.ts'
import { uidsOf, uidText } from '../uids.ts'

/** What a line tells: of messages as in `Change`, or of the folder itself. `subscribed` covers both ways. */
export type LineKind = 'added' | 'changed' | 'expunged' | 'created' | 'renamed' | 'gone' | 'subscribed' | 'annotated'

/** One journal entry, as its readers get it. */
export interface Line {
  readonly modSeq: ModSeq
  /** 0 for what is no folder's affair. */
  readonly folder: FolderId
  readonly kind: LineKind
  /** `added` and `changed`: {@link groupsText}; `expunged`: UIDs; `gone`: the last name of the path, else all of it; `annotated`: the entries. */
  readonly what: string
}

/**
 * Which messages have which flags from this line on, so that a reader needs nothing but the journal:
 * `1:3,7 1 $Junk` is one group, groups are separated by line feeds.
 */
export const groupsText = (groups: Iterable<FlagGroup>): string =>
  Array.from(groups, ({ flags, uids }) => `${uidText(uids)} ${flags.system} ${keywordsText(flags)}`).join('\n')

/** The same groups for several lines, none of which tells of too many messages. */
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

/** Gathers messages by equal flags. */
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

/** What a reader with a mark finds in the journal. */
export interface JournalLines {
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
): Promise<JournalLines | undefined> {
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

/** Longer journal lines are counted by their length too. */
export const LONG_LINE = 1024
