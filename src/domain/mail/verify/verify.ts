import type { FolderId, MailboxId } from '../../../core/ids.ts'
import { type Engine, sql, type Sql } from '../../../storage/engine.ts'
import { flagsKey, keywordsText } from '../flags/flags.ts'
import type { MemoryIndex } from '../index/folder-index.ts'
import { loadIndex } from '../index/index-load.ts'
import { CHUNK } from '../metadata/chunk-figures.ts'
import { type MetadataRow, type PartName, partOf, rowsBetween } from '../metadata/from-rows.ts'
import { readPackedMetadata } from '../metadata/packed-metadata.ts'
import { checkFolders, checkJournal } from './check-folders.ts'
import { checkMessages } from './check-messages.ts'
import type { VerifyFinding, VerifyTotals } from './finding.ts'

/**
 * Checks everything in the mail store: rows against bytes, the journal, the counters and the packed data. Changes
 * nothing. Counts in `looked`. Nobody may write to the store meanwhile, or changes may be reported as faults.
 */
export async function* verifyMail(engine: Engine, looked: VerifyTotals): AsyncGenerator<VerifyFinding> {
  const { sql: rows } = engine
  for await (const found of checkFolders(rows)) {
    if (!('checked' in found)) {
      yield found
      continue
    }
    looked.folders++
    yield* checkPacked(rows, found.checked.mailbox, found.checked.id)
  }
  for (let after = 0; ;) {
    const row = await rows.first<{ mailbox: MailboxId }>(
      sql`select mailbox from mail_mailbox where mailbox > ${after} order by mailbox limit 1`,
    )
    if (!row) break
    after = row.mailbox
    looked.mailboxes++
    yield* checkJournal(rows, row.mailbox)
  }
  yield* checkMessages(engine, looked)
}

/** Rows that one statement reads. */
const PIECE = 5000

const idle = { claimed: () => {}, claimedUpTo: () => undefined, changed: () => {}, failed: () => {} }

/** Compares packed data with the rows. */
async function* checkPacked(rows: Sql, mailbox: MailboxId, folder: FolderId): AsyncGenerator<VerifyFinding> {
  const index = await loadIndex(rows, mailbox, folder, idle)
  if (index) yield* checkIndex(rows, mailbox, index)
  const chunks = await rows.all<{ chunk: number }>(
    sql`select distinct chunk from mail_metadata where folder = ${folder} order by chunk`,
  )
  for (const { chunk } of chunks) yield* checkChunk(rows, mailbox, folder, chunk)
}

async function* checkIndex(rows: Sql, mailbox: MailboxId, index: MemoryIndex): AsyncGenerator<VerifyFinding> {
  const wrong = { kind: 'wrong', about: 'index', mailbox, folder: index.folder } as const
  let position = 0
  for (let after = 0; ;) {
    const piece = await rows.all<{ uid: number; modseq: number; system: number; keywords: string }>(
      sql`select uid, modseq, system, keywords from mail_state
          where folder = ${index.folder} and uid > ${after} order by uid limit ${PIECE}`,
    )
    for (const { uid, modseq, system, keywords } of piece) {
      const same =
        position < index.count &&
        index.uidAt(position) === uid &&
        index.modSeqAt(position) === modseq &&
        keyAt(index, position) === flagsKey(system, keywords)
      if (!same) {
        yield { ...wrong, uid, text: 'What is packed tells something else than the rows do from here on.' }
        return
      }
      position++
    }
    if (piece.length < PIECE) break
    after = piece.at(-1)!.uid
  }
  if (position < index.count)
    yield { ...wrong, text: `What is packed tells of ${index.count} messages; there are ${position}.` }
}

function keyAt(index: MemoryIndex, position: number): string {
  const flags = index.flagsAt(position)
  return flagsKey(flags.system, keywordsText(flags))
}

async function* checkChunk(
  rows: Sql,
  mailbox: MailboxId,
  folder: FolderId,
  chunk: number,
): AsyncGenerator<VerifyFinding> {
  const names: readonly PartName[] = ['figures', 'internalDate', 'blob', 'envelope', 'bodyStructure']
  const found = await rows.all<MetadataRow>(rowsBetween(folder, names, chunk * CHUNK, (chunk + 1) * CHUNK))
  for (const [name, part] of await readPackedMetadata(rows, folder, chunk, names)) {
    if (partOf(name, found).bytes.equals(part.bytes)) continue
    const text = `What is packed of UIDs ${chunk * CHUNK} to ${(chunk + 1) * CHUNK - 1} as '${name}' is not what the rows say.`
    yield { kind: 'wrong', about: 'metadata', mailbox, folder, text }
  }
}
