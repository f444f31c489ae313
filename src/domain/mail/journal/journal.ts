import type { FolderId, MailboxId, ModSeq, Uid } from '../../../core/ids.ts'
import { type Sql, sql } from '../../../storage/engine.ts'
import { flagsOf, keywordsText } from '../flags/flags.ts'
import type { MailboxContext } from '../mailbox-context.ts'
import { PORTION, portions } from '../portions.ts'
import type { Flags, FolderIndex, UidRange } from '../types.ts'

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

/** Ascending UIDs whose flags are equal. */
export interface FlagGroup {
  readonly flags: Flags
  readonly uids: readonly Uid[]
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
    // One statement, so that tail and lines are of one moment.
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

/** Every UID below the next one that no message has. */
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

/** Ranges as `uidText` wrote them. */
const rangesOf = (text: string): UidRange[] =>
  text.split(',').map((range) => {
    const [first, last = first] = range.split(':').map(Number) as Uid[]
    return [first!, last!]
  })

/** Ascending, and neither overlapping nor touching. */
function joined(ranges: UidRange[]): readonly UidRange[] {
  const result: UidRange[] = []
  for (const [from, to] of ranges.sort((one, other) => one[0] - other[0])) {
    const last = result[result.length - 1]
    if (last && from <= last[1] + 1) result[result.length - 1] = [last[0], Math.max(last[1], to) as Uid]
    else result.push([from, to])
  }
  return result
}

/** Ascending UIDs as a compact text: `1:3,7`. */
export function uidText(uids: readonly Uid[]): string {
  let text = ''
  for (let start = 0; start < uids.length;) {
    const end = runEnd(uids, start)
    const first = uids[start]!
    const last = uids[end - 1]!
    text += `${text ? ',' : ''}${first === last ? first : `${first}:${last}`}`
    start = end
  }
  return text
}

/** Reads back what {@link uidText} wrote. */
export function uidsOf(text: string): Uid[] {
  const uids: Uid[] = []
  for (const range of text.split(',')) {
    const [first, last = first] = range.split(':').map(Number)
    for (let uid = first!; uid <= last!; uid++) uids.push(uid as Uid)
  }
  return uids
}

/** The position after the run of consecutive numbers that begins at `start`. */
export function runEnd(numbers: readonly number[], start: number): number {
  let end = start + 1
  while (end < numbers.length && numbers[end] === numbers[end - 1]! + 1) end++
  return end
}

/** In ascending order, without doubles. */
export function ascending(uids: readonly Uid[]): readonly Uid[] {
  const inOrder = uids.every((uid, at) => at === 0 || uids[at - 1]! < uid)
  return inOrder ? uids : [...new Set(uids)].sort((a, b) => a - b)
}
