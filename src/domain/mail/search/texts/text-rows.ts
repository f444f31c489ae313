import type { FolderId, MailboxId, Uid } from '../../../../core/ids.ts'
import {
  ask,
  askOne,
  type BlobRef,
  inARow,
  type Sql,
  sql,
  type Statement,
  type Statements,
} from '../../../../storage/engine.ts'
import type { LeasedParts } from '../../leased-parts.ts'
import { uidStatements } from '../../uid-statements.ts'
import { kinds, MOST_MESSAGES, type TextKind } from './text-column.ts'
import type { ColumnLocation } from './text-jobs.ts'

/** The format of the segments' bytes. Segments in another format are ignored and replaced. */
const FORMAT = 3

/** The bytes of a segment, and where its columns lie in them. */
export interface Segment {
  readonly blob: BlobRef
  /** The number of its messages, including those that were deleted. */
  readonly count: number
  readonly columns: ReadonlyMap<string, ColumnLocation>
}

/** A folder, and its mailbox, whose messages the texts belong to. */
export interface TextOwner {
  readonly mailbox: MailboxId
  readonly folder: FolderId
}

/** Encodes a segment and the message's number in it. */
export const textLocationOf = (segment: number, slot: number): number => segment * MOST_MESSAGES + slot
export const segmentOf = (place: number): number => Math.floor(place / MOST_MESSAGES)
export const slotOf = (place: number): number => place % MOST_MESSAGES

/** Where the texts of messages lie, for a range of UIDs of a folder. */
export const readPlaces = (rows: Sql, folder: FolderId, kind: TextKind, [from, to]: readonly [number, number]) =>
  rows.all<{ uid: Uid; place: number }>(
    sql`select s.uid, t.segment * ${MOST_MESSAGES} + t.slot as place
        from mail_state s join mail_text_slot t on t.message = s.message and t.kind = ${kinds[kind]}
        where s.folder = ${folder} and s.uid >= ${from} and s.uid <= ${to}`,
  )

/** Reads the segments that exist and are not sparse. */
export async function readSegments(rows: Sql, numbers: readonly number[]): Promise<ReadonlyMap<number, Segment>> {
  const segments = new Map<number, Segment>()
  const head = sql`select id, blob, messages, columns from mail_text where live * 2 >= messages and format = ${FORMAT} and id`
  for (const statement of uidStatements(head, numbers)) {
    for (const { id, blob, messages, columns } of await rows.all<SegmentRow>(statement)) {
      const places = JSON.parse(columns) as Record<string, ColumnLocation>
      segments.set(id, { blob, count: messages, columns: new Map(Object.entries(places)) })
    }
  }
  return segments
}

interface SegmentRow {
  readonly id: number
  readonly blob: BlobRef
  readonly messages: number
  readonly columns: string
}

/** Inserts a segment whose bytes are durable, with its messages in order. Returns its number. */
export function* insertSegment(
  { mailbox, kind }: { readonly mailbox: MailboxId; readonly kind: TextKind },
  segment: Segment,
  messages: readonly number[],
): Statements<number> {
  const columns = JSON.stringify(Object.fromEntries(segment.columns))
  const row = yield* askOne<{ id: number }>(
    sql`insert into mail_text (mailbox, kind, format, blob, columns, messages, live, held)
        values (${mailbox}, ${kinds[kind]}, ${FORMAT}, ${segment.blob}, ${columns}, ${segment.count}, ${segment.count},
          ${JSON.stringify(messages)}) returning id`,
  )
  const { id } = row!
  // The slots of a segment that is damaged or sparse, or that another job wrote at the same time.
  yield* dropSlots(sql`delete from mail_text_slot where kind = ${kinds[kind]} and message`, messages, '')
  for (const statement of insertSlots(id, kind, messages)) yield* ask(statement)
  // Messages may have been deleted since they were read.
  yield* dropTexts(messages)
  return id
}

/** Rows per insert statement: few sizes, so that few statements are prepared. */
const sizes = [64, 8, 1]

function* insertSlots(segment: number, kind: TextKind, messages: readonly number[]): Generator<Statement, void> {
  for (let start = 0; start < messages.length;) {
    const size = sizes.find((size) => size <= messages.length - start)!
    const parts = ['insert into mail_text_slot (message, kind, segment, slot) values ']
    const args: number[] = []
    for (let slot = start; slot < start + size; slot++) {
      parts.push(`${parts.pop()}${slot > start ? ',' : ''}(`, ',', ',', ',', ')')
      args.push(messages[slot]!, kinds[kind], segment, slot)
    }
    yield { parts, args }
    start += size
  }
}

/** Deletes the texts of those of the messages that were deleted, and segments without messages. Returns their blobs. */
export function* dropTexts(messages: readonly number[]): Statements<readonly BlobRef[]> {
  const unheld = ' and not exists (select 1 from mail_message where mail_message.id = mail_text_slot.message)'
  return yield* dropSlots(sql`delete from mail_text_slot where message`, messages, unheld)
}

function* dropSlots(head: Statement, messages: readonly number[], tail: string): Statements<readonly BlobRef[]> {
  const gone = new Map<number, number>()
  const ascending = messages.toSorted((a, b) => a - b)
  for (const statement of uidStatements(head, ascending, `${tail} returning segment`)) {
    for (const { segment } of yield* ask<{ segment: number }>(statement)) {
      gone.set(segment, (gone.get(segment) ?? 0) + 1)
    }
  }
  const dropped: BlobRef[] = []
  for (const [segment, count] of gone) {
    yield* ask(sql`update mail_text set live = live - ${count} where id = ${segment}`)
    const empty = sql`delete from mail_text where id = ${segment} and live <= 0 returning blob`
    for (const { blob } of yield* ask<{ blob: BlobRef }>(empty)) dropped.push(blob)
  }
  return dropped
}

/** Deletes a segment. Its messages have no texts then. Returns its blob. */
export function* dropSegment(segment: number): Statements<readonly BlobRef[]> {
  const dropped = yield* ask<{ blob: BlobRef }>(sql`delete from mail_text where id = ${segment} returning blob`)
  return dropped.map(({ blob }) => blob)
}

/** A message whose texts are to be made. */
export interface TextSource {
  readonly uid: Uid
  readonly message: number
  readonly blob: BlobRef
  readonly octets: number
  /** For texts of headers, only its beginning. */
  readonly structure: string
}

export async function readSources(rows: Sql, folder: FolderId, kind: TextKind, uids: readonly Uid[]) {
  const head =
    kind === 'body'
      ? sql`select s.uid, s.message, m.blob, m.octets, m.structure
            from mail_state s join mail_message m on m.id = s.message where s.folder = ${folder} and s.uid`
      : sql`select s.uid, s.message, m.blob, m.octets, substr(m.structure, 1, 64) as structure
            from mail_state s join mail_message m on m.id = s.message where s.folder = ${folder} and s.uid`
  const sources: TextSource[] = []
  for (const statement of uidStatements(head, uids)) sources.push(...(await rows.all<TextSource>(statement)))
  return sources.sort((a, b) => a.uid - b.uid)
}

/** Folders that are returned at a time. */
const FOLDERS = 100

/** A folder with messages whose texts of a kind are missing. */
export interface FolderBehind extends TextOwner {
  readonly kind: TextKind
}

/** Folders after `after` with more than `least` UIDs beyond the mark. `last` is set if there may be more. */
export async function foldersBehind(
  rows: Sql,
  { condition }: Pick<LeasedParts, 'condition'>,
  least: number,
  after: number,
): Promise<{ readonly behind: readonly FolderBehind[]; readonly last: FolderId | undefined }> {
  const found = await rows.all<{ mailbox: MailboxId; id: FolderId; header: number; body: number }>(
    inARow(
      sql`select mailbox, id, case when uidnext - header_texts > ${least} then 1 else 0 end as header,
            case when uidnext - body_texts > ${least} then 1 else 0 end as body
          from mail_folder where id > ${after} and (uidnext - header_texts > ${least} or uidnext - body_texts > ${least})`,
      condition,
      sql` order by id limit ${FOLDERS}`,
    ),
  )
  // Headers take little time and are searched most.
  const behind = (['header', 'body'] as const).flatMap((kind) =>
    found.filter((row) => row[kind]).map(({ mailbox, id }) => ({ mailbox, folder: id, kind })),
  )
  return { behind, last: found.length < FOLDERS ? undefined : found.at(-1)!.id }
}

/** The first messages beyond the mark. */
export async function beyondMark(rows: Sql, { folder, kind }: FolderBehind, most: number): Promise<readonly Uid[]> {
  const found = await rows.all<{ uid: Uid }>(
    kind === 'header'
      ? sql`select uid from mail_state where folder = ${folder}
              and uid > (select header_texts from mail_folder where id = ${folder}) order by uid limit ${most}`
      : sql`select uid from mail_state where folder = ${folder}
              and uid > (select body_texts from mail_folder where id = ${folder}) order by uid limit ${most}`,
  )
  return found.map(({ uid }) => uid)
}

/** Sets the mark: messages up to this UID have their texts, or need none. */
export function* setMark({ folder, kind }: FolderBehind, upTo: Uid): Statements<void> {
  yield* ask(
    kind === 'header'
      ? sql`update mail_folder set header_texts = ${upTo} where id = ${folder}`
      : sql`update mail_folder set body_texts = ${upTo} where id = ${folder}`,
  )
}

/** A segment that has lost most of its messages. */
export interface SparseSegment {
  readonly mailbox: MailboxId
  readonly segment: number
  readonly kind: TextKind
  /** Where the remaining messages are. */
  readonly left: ReadonlyMap<FolderId, readonly Uid[]>
}

export async function sparseSegment(
  rows: Sql,
  { condition }: Pick<LeasedParts, 'condition'>,
): Promise<SparseSegment | undefined> {
  const worn = await rows.first<{ id: number; mailbox: MailboxId; kind: number; held: string }>(
    inARow(
      sql`select id, mailbox, kind, held from mail_text where live * 2 < messages and held is not null`,
      condition,
      sql` order by id limit 1`,
    ),
  )
  if (!worn) return undefined
  const left: { folder: FolderId; uid: Uid }[] = []
  const messages = (JSON.parse(worn.held) as number[]).toSorted((a, b) => a - b)
  for (const statement of uidStatements(sql`select folder, uid from mail_state where message`, messages)) {
    left.push(...(await rows.all<{ folder: FolderId; uid: Uid }>(statement)))
  }
  const byFolder = Map.groupBy(left, ({ folder }) => folder)
  return {
    mailbox: worn.mailbox,
    segment: worn.id,
    kind: worn.kind === kinds.header ? 'header' : 'body',
    left: new Map([...byFolder].map(([folder, some]) => [folder, some.map(({ uid }) => uid).sort((a, b) => a - b)])),
  }
}
