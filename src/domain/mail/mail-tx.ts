import type { FolderId, MailboxId, ModSeq, Uid } from '../../core/ids.ts'
import { refuse } from '../../core/refusal.ts'
import { ask, askOne, type BlobRef, sql, type Statement, type Statements } from '../../storage/engine.ts'
import { dropContent } from './content.ts'
import type { Growth, MailHooks, MailWrite, MovedMessages, TakenUids } from './hooks.ts'
import type { InOneGo } from './flags/flag-sorting.ts'
import { type FlagGroup, keywordsText } from './flags/flags.ts'
import { Grouping, groupPortions, groupsText, type Line, type LineKind, LONG_LINE } from './journal/journal.ts'
import type { FolderEntry } from './folder-entries.ts'
import { INBOX, ROOT } from './top-folders.ts'
import { catchUpNumbers, type Numbers } from './numbers.ts'
import { portions } from './portions.ts'
import type { Delivery } from './store-types.ts'
import { DELETED, type Flags, SEEN } from './types.ts'
import { uidStatements } from './uid-statements.ts'
import { uidText } from './uids.ts'

const LAST_UID = 0xffff_ffff

/** Rows per insert statement: few sizes, so that few statements are prepared. */
const sizes = [64, 8, 1]

/** Messages grouped by flags, before and after a change. */
interface FlagsSet {
  readonly before: readonly FlagGroup[]
  readonly after: readonly FlagGroup[]
  readonly inOneGo: InOneGo | undefined
}

/** The change of a folder's counters. */
interface Counts {
  total: number
  unseen: number
  deleted: number
  octets: number
}

/** UIDs that a write took for messages of a folder. */
interface NewUids {
  readonly folder: FolderId
  readonly first: Uid
  readonly uidValidity: number
}

/** The content of messages that leave a folder. */
type TakenContent = 'kept' | 'dropped' | 'purged'

/** The parts of a store that a write needs. */
interface TxParts {
  readonly hooks: MailHooks
  readonly numbers: Numbers
}

/** One write to a mailbox. Each method writes rows, the folder's counters and the journal line together. */
export class MailTx implements MailWrite {
  readonly mailbox: MailboxId
  readonly modSeq: ModSeq
  readonly at: number
  readonly #lines: Line[] = []
  #bulk = 0
  readonly #hooks: MailHooks
  readonly #taken: TakenUids[] = []
  readonly #dropped: BlobRef[] = []

  private constructor(mailbox: MailboxId, modSeq: ModSeq, at: number, hooks: MailHooks) {
    this.#hooks = hooks
    this.mailbox = mailbox
    this.modSeq = modSeq
    this.at = at
  }

  /** Takes the next mod-sequence and locks the mailbox's row, so that writes of other processes wait. */
  static *begin(mailbox: MailboxId, at: number, { hooks, numbers }: TxParts): Statements<MailTx> {
    const row = yield* askOne<{ modseq: ModSeq; jumped: number }>(
      sql`update mail_mailbox set modseq = modseq + 1 where mailbox = ${mailbox} returning modseq, jumped`,
    )
    if (!row) refuse('gone', 'The mailbox is gone')
    const { modseq, jumped } = row
    const next = jumped < numbers.jump ? yield* catchUpNumbers(mailbox, jumped, numbers) : modseq
    return new MailTx(mailbox, next, at, hooks)
  }

  /** Gives back a mod-sequence without journal lines, so that readers of the journal see no gap. */
  *end(): Statements<void> {
    if (!this.hasLines) yield* ask(sql`update mail_mailbox set modseq = modseq - 1 where mailbox = ${this.mailbox}`)
  }

  /** True if the write left journal lines. */
  get hasLines(): boolean {
    return this.#lines.length > 0
  }

  /** The journal lines that this write leaves. */
  get lines(): readonly Line[] {
    return this.#lines
  }

  /** UTF-16 units of this write's long lines. */
  get bulk(): number {
    return this.#bulk
  }

  /** The UIDs that this write took. */
  get taken(): readonly TakenUids[] {
    return this.#taken
  }

  /** Blobs that no row names after this write. */
  get dropped(): readonly BlobRef[] {
    return this.#dropped
  }

  /** The folder before this write. Refuses `no-such-thing` if the mailbox has no such folder. */
  *folder(id: FolderId): Statements<{ readonly highestModSeq: ModSeq }> {
    const row = yield* askOne<{ modseq: ModSeq }>(
      sql`select modseq from mail_folder where id = ${id} and mailbox = ${this.mailbox}`,
    )
    return row ? { highestModSeq: row.modseq } : refuse('no-such-thing', 'The folder does not exist')
  }

  /** Takes UIDs for `count` messages. Returns the first. */
  *takeUids(folder: FolderId, count: number): Statements<NewUids> {
    const taken = yield* this.#taking(
      sql`update mail_folder set uidnext = uidnext + ${count} where id = ${folder} and mailbox = ${this.mailbox}
          returning id, uidnext, uidvalidity`,
      count,
    )
    return taken ?? refuse('no-such-thing', 'The folder does not exist')
  }

  /** Finds a folder and takes a UID of it in one statement. Returns undefined if the mailbox has no such folder. */
  takeUidIn(to: Delivery['to']): Statements<NewUids | undefined> {
    return this.#taking(
      to === 'inbox'
        ? sql`update mail_folder set uidnext = uidnext + 1
              where mailbox = ${this.mailbox} and parent = ${ROOT} and name = ${INBOX}
              returning id, uidnext, uidvalidity`
        : sql`update mail_folder set uidnext = uidnext + 1 where id =
                (select id from mail_folder where mailbox = ${this.mailbox} and special_use = ${to} order by id limit 1)
              returning id, uidnext, uidvalidity`,
      1,
    )
  }

  *#taking(statement: Statement, count: number): Statements<NewUids | undefined> {
    const row = yield* askOne<{ id: FolderId; uidnext: number; uidvalidity: number }>(statement)
    if (!row) return undefined
    // RFC 9051 §2.3.1.1: UIDs have 32 bits.
    if (row.uidnext > LAST_UID) refuse('over-quota', 'The folder has used up its message numbers')
    const first = (row.uidnext - count) as Uid
    this.#taken.push({ folder: row.id, first, next: row.uidnext as Uid })
    return { folder: row.id, first, uidValidity: row.uidvalidity }
  }

  /** Adds messages to a folder, in ascending order of their new UIDs. */
  *add(folder: FolderId, placed: readonly FolderEntry[]): Statements<void> {
    if (placed.length === 0) return
    for (let start = 0; start < placed.length;) {
      const size = sizes.find((size) => size <= placed.length - start)!
      yield* ask(insertStates(folder, this, placed.slice(start, start + size)))
      start += size
    }
    yield* this.#count(folder, countsOf(placed))
    for (const portion of portions(placed)) {
      const grouping = new Grouping()
      for (const { uid, flags } of portion) grouping.add(uid, flags)
      yield* this.addLine(folder, 'added', groupsText(grouping.groups))
    }
  }

  /**
   * Sets new flags. `before` holds the same messages with their old flags; `inOneGo` describes the same change by
   * ranges.
   */
  *setFlags(folder: FolderId, { before, after, inOneGo }: FlagsSet): Statements<void> {
    if (after.length === 0) return
    for (const statement of inOneGo ? this.#inOneGo(folder, inOneGo) : this.#groupByGroup(folder, after)) {
      yield* ask(statement)
    }
    const [was, is] = [flagCounts(before), flagCounts(after)]
    yield* this.#count(folder, {
      total: 0,
      unseen: is.unseen - was.unseen,
      deleted: is.deleted - was.deleted,
      octets: 0,
    })
    for (const groups of groupPortions(after)) yield* this.addLine(folder, 'changed', groupsText(groups))
  }

  /**
   * Removes messages, in ascending order, from a folder. Unless it is `kept`, deletes content that no folder holds and no
   * feature keeps. Of what is `purged`, only a hold keeps something.
   */
  *take(folder: FolderId, placed: readonly FolderEntry[], content: TakenContent): Statements<void> {
    if (placed.length === 0) return
    if (content !== 'kept') yield* this.#hooks.deleting(this, folder, placed, content === 'purged')
    for (const portion of portions(placed)) {
      const uids = portion.map(({ uid }) => uid)
      for (const statement of uidStatements(sql`delete from mail_state where folder = ${folder} and uid`, uids)) {
        yield* ask(statement)
      }
      if (content !== 'kept') this.#dropped.push(...(yield* dropContent(this.#hooks, portion)))
      yield* this.#hooks.removed(folder, uids)
      yield* this.addLine(folder, 'expunged', uidText(uids))
    }
    const { total, unseen, deleted, octets } = countsOf(placed)
    yield* this.#count(folder, { total: -total, unseen: -unseen, deleted: -deleted, octets: -octets })
  }

  /** Takes messages out of a folder that were added to another. */
  *takeMoved(moved: MovedMessages): Statements<void> {
    if (moved.entries.length === 0) return
    yield* this.#hooks.moving(this, moved)
    yield* this.take(moved.folder, moved.entries, 'kept')
  }

  /** To be called before the mailbox grows. Refuses `over-quota` if a feature does not allow it. */
  grow(growth: Growth): Statements<void> {
    return this.#hooks.growing(this, growth)
  }

  /** To be called before a folder is deleted. */
  deletingFolder(folder: FolderId): Statements<void> {
    return this.#hooks.deletingFolder(this, folder)
  }

  /** Leaves a journal line. */
  *addLine(folder: FolderId, kind: LineKind, what: string): Statements<void> {
    if (what.length > LONG_LINE) this.#bulk += what.length
    yield* ask(
      sql`insert into mail_journal (mailbox, modseq, part, at, folder, kind, what)
          values (${this.mailbox}, ${this.modSeq}, ${this.#lines.length}, ${this.at}, ${folder}, ${kind}, ${what})`,
    )
    this.#lines.push({ modSeq: this.modSeq, folder, kind, what })
  }

  #groupByGroup(folder: FolderId, groups: readonly FlagGroup[]): readonly Statement[] {
    return groups.flatMap(({ flags, uids }) => {
      const head = sql`update mail_state set modseq = ${this.modSeq}, system = ${flags.system},
        keywords = ${keywordsText(flags)} where folder = ${folder} and uid`
      return uidStatements(head, uids)
    })
  }

  #inOneGo(folder: FolderId, { ranges, set, cleared }: InOneGo): readonly Statement[] {
    return ranges.map(
      ([from, to]) =>
        sql`update mail_state set modseq = ${this.modSeq}, system = (system | ${set}) & ${~cleared}
            where folder = ${folder} and uid between ${from} and ${to} and ((system | ${set}) & ${~cleared}) <> system`,
    )
  }

  *#count(folder: FolderId, { total, unseen, deleted, octets }: Counts): Statements<void> {
    yield* ask(
      sql`update mail_folder set modseq = ${this.modSeq}, total = total + ${total}, unseen = unseen + ${unseen},
          deleted = deleted + ${deleted}, octets = octets + ${octets} where id = ${folder}`,
    )
  }
}

const isUnseen = ({ system }: Flags): number => (system & SEEN ? 0 : 1)

const isDeleted = ({ system }: Flags): number => (system & DELETED ? 1 : 0)

function countsOf(placed: readonly FolderEntry[]): Counts {
  const counts = { total: placed.length, unseen: 0, deleted: 0, octets: 0 }
  for (const { flags, octets } of placed) {
    counts.unseen += isUnseen(flags)
    counts.deleted += isDeleted(flags)
    counts.octets += octets
  }
  return counts
}

function flagCounts(groups: readonly FlagGroup[]): { unseen: number; deleted: number } {
  const counts = { unseen: 0, deleted: 0 }
  for (const { flags, uids } of groups) {
    counts.unseen += isUnseen(flags) * uids.length
    counts.deleted += isDeleted(flags) * uids.length
  }
  return counts
}

const oneRow = '(?,?,?,?,?,?,?)'.split('?')

function insertStates(folder: FolderId, { modSeq, at }: MailTx, placed: readonly FolderEntry[]): Statement {
  const parts = ['insert into mail_state (folder, uid, message, modseq, system, keywords, saved_at) values ']
  const args = []
  for (const { uid, message, flags } of placed) {
    const [open, ...rest] = oneRow
    parts.push(`${parts.pop()}${args.length > 0 ? ',' : ''}${open}`, ...rest)
    args.push(folder, uid, message, modSeq, flags.system, keywordsText(flags), at)
  }
  return { parts, args }
}
