import type { FolderId, Uid } from '../../core/ids.ts'
import { ask, sql, type Statement, type Statements } from '../../storage/engine.ts'
import { flagsOf } from './flags.ts'
import type { Placed } from './mail-tx.ts'
import { overNumbers } from './over-numbers.ts'

interface PlacedRow {
  readonly uid: Uid
  readonly message: number
  readonly octets: number
  readonly system: number
  readonly keywords: string
}

/** Those of a folder's messages that are there, in ascending order. */
export function* placedAmong(folder: FolderId, uids: readonly Uid[]): Statements<readonly Placed[]> {
  const head = sql`select s.uid, s.message, m.octets, s.system, s.keywords
    from mail_state s join mail_message m on m.id = s.message where s.folder = ${folder} and s.uid`
  return yield* gather(overNumbers(head, uids))
}

/** Every message of a folder. */
export function* everyPlaced(folder: FolderId): Statements<readonly Placed[]> {
  return yield* gather([
    sql`select s.uid, s.message, m.octets, s.system, s.keywords
        from mail_state s join mail_message m on m.id = s.message where s.folder = ${folder}`,
  ])
}

/** Those with `\Deleted`. */
export function* deletedPlaced(folder: FolderId): Statements<readonly Placed[]> {
  return yield* gather([
    sql`select s.uid, s.message, m.octets, s.system, s.keywords
        from mail_state s join mail_message m on m.id = s.message where s.folder = ${folder} and (s.system & 8) <> 0`,
  ])
}

function* gather(statements: readonly Statement[]): Statements<readonly Placed[]> {
  const placed: Placed[] = []
  for (const statement of statements) {
    for (const { uid, message, octets, system, keywords } of yield* ask<PlacedRow>(statement)) {
      placed.push({ uid, message, octets, flags: flagsOf(system, keywords) })
    }
  }
  return placed.sort((a, b) => a.uid - b.uid)
}
