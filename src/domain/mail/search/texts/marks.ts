import type { FolderId, Uid } from '../../../../core/ids.ts'
import { ask, type Sql, sql, type Statements } from '../../../../storage/engine.ts'
import { uidStatements } from '../../index/uid-statements.ts'
import { kinds, type TextKind } from './columns.ts'

/** Folders told of at a time. */
const FOLDERS = 100

/** A folder where messages have no texts of a kind yet. */
export interface Behind {
  readonly folder: FolderId
  readonly kind: TextKind
}

/** Some folders after the one given where at least so many UIDs are beyond the mark; `last` if there may be more. */
export async function foldersBehind(
  rows: Sql,
  least: number,
  after: number,
): Promise<{ readonly behind: readonly Behind[]; readonly last: FolderId | undefined }> {
  const found = await rows.all<{ id: FolderId; header: number; body: number }>(
    sql`select id, uidnext - header_texts > ${least} as header, uidnext - body_texts > ${least} as body from mail_folder
        where id > ${after} and (uidnext - header_texts > ${least} or uidnext - body_texts > ${least})
        order by id limit ${FOLDERS}`,
  )
  // Headers take little time and are asked for most.
  const behind = (['header', 'body'] as const).flatMap((kind) =>
    found.filter((row) => row[kind]).map(({ id }) => ({ folder: id, kind })),
  )
  return { behind, last: found.length < FOLDERS ? undefined : found.at(-1)!.id }
}

/** The first messages beyond the mark. */
export async function beyondMark(rows: Sql, { folder, kind }: Behind, most: number): Promise<readonly Uid[]> {
  const found = await rows.all<{ uid: Uid }>(
    kind === 'header'
      ? sql`select uid from mail_state where folder = ${folder}
              and uid > (select header_texts from mail_folder where id = ${folder}) order by uid limit ${most}`
      : sql`select uid from mail_state where folder = ${folder}
              and uid > (select body_texts from mail_folder where id = ${folder}) order by uid limit ${most}`,
  )
  return found.map(({ uid }) => uid)
}

/** Messages up to a UID have their texts, or need none. */
export function* setMark({ folder, kind }: Behind, upTo: Uid): Statements<void> {
  yield* ask(
    kind === 'header'
      ? sql`update mail_folder set header_texts = ${upTo} where id = ${folder}`
      : sql`update mail_folder set body_texts = ${upTo} where id = ${folder}`,
  )
}

/** A segment that has lost most of its messages. */
export interface Worn {
  readonly segment: number
  readonly kind: TextKind
  /** Where the others are. */
  readonly left: ReadonlyMap<FolderId, readonly Uid[]>
}

export async function wornSegment(rows: Sql): Promise<Worn | undefined> {
  const worn = await rows.first<{ id: number; kind: number; held: string }>(
    sql`select id, kind, held from mail_text where live * 2 < messages and held is not null order by id limit 1`,
  )
  if (!worn) return undefined
  const left: { folder: FolderId; uid: Uid }[] = []
  const messages = (JSON.parse(worn.held) as number[]).toSorted((a, b) => a - b)
  for (const statement of uidStatements(sql`select folder, uid from mail_state where message`, messages)) {
    left.push(...(await rows.all<{ folder: FolderId; uid: Uid }>(statement)))
  }
  const byFolder = Map.groupBy(left, ({ folder }) => folder)
  return {
    segment: worn.id,
    kind: worn.kind === kinds.header ? 'header' : 'body',
    left: new Map([...byFolder].map(([folder, some]) => [folder, some.map(({ uid }) => uid).sort((a, b) => a - b)])),
  }
}
