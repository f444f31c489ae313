import type { FolderId, Uid } from '../../core/ids.ts'
import { ask, askOne, sql, type Statement, type Statements } from '../../storage/engine.ts'
import { flagsOf } from './flags/flags.ts'
import type { Flags } from './types.ts'
import { uidStatements } from './uid-statements.ts'

/** A message in a folder. */
export interface FolderEntry {
  readonly uid: Uid
  /** The number of its content in `mail_message`. */
  readonly message: number
  readonly octets: number
  readonly flags: Flags
}

/** The most rows that one statement reads. */
const WINDOW = 4096

interface EntryRow {
  readonly uid: Uid
  readonly message: number
  readonly octets: number
  readonly system: number
  readonly keywords: string
}

/** The entries of these UIDs that exist, in ascending order. */
export function* folderEntries(folder: FolderId, uids: readonly Uid[]): Statements<readonly FolderEntry[]> {
  const head = sql`select s.uid, s.message, m.octets, s.system, s.keywords
    from mail_state s join mail_message m on m.id = s.message where s.folder = ${folder} and s.uid`
  const placed: FolderEntry[] = []
  for (const statement of uidStatements(head, uids)) placed.push(...(yield* gather(statement)))
  return placed.sort((a, b) => a.uid - b.uid)
}

/** The next entries after the UID `after`. The caller asks again until the result is empty. */
export function* folderEntriesAfter(folder: FolderId, after: number): Statements<readonly FolderEntry[]> {
  return yield* gather(
    sql`select s.uid, s.message, m.octets, s.system, s.keywords
        from mail_state s join mail_message m on m.id = s.message
        where s.folder = ${folder} and s.uid > ${after} order by s.uid limit ${WINDOW}`,
  )
}

/** UIDs after `after` of messages with `\Deleted`: at least `wanted`, if the folder has so many. */
export function* deletedAfter(folder: FolderId, after: number, wanted: number): Statements<readonly Uid[]> {
  const found: Uid[] = []
  for (let last = after; found.length < wanted;) {
    // Few rows may have the flag, so each step is limited by the rows that it reads.
    const end = yield* askOne<{ uid: Uid }>(
      sql`select uid from mail_state where folder = ${folder} and uid > ${last} order by uid limit 1 offset ${WINDOW - 1}`,
    )
    const rows = yield* ask<{ uid: Uid }>(
      sql`select uid from mail_state
          where folder = ${folder} and uid > ${last} and uid <= ${end?.uid ?? Number.MAX_SAFE_INTEGER} and (system & 8) <> 0
          order by uid`,
    )
    for (const { uid } of rows) found.push(uid)
    if (!end) break
    last = end.uid
  }
  return found
}

function* gather(statement: Statement): Statements<FolderEntry[]> {
  const rows = yield* ask<EntryRow>(statement)
  return rows.map(({ uid, message, octets, system, keywords }) => ({
    uid,
    message,
    octets,
    flags: flagsOf(system, keywords),
  }))
}
