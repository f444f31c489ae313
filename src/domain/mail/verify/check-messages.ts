import type { FolderId, MailboxId, Uid } from '../../../core/ids.ts'
import { type BlobRef, type Engine, sql } from '../../../storage/engine.ts'
import type { VerifyFinding, VerifyTotals } from './finding.ts'

/** Messages whose bytes are read together, and few enough to be held in memory. */
const TOGETHER = 64
const OCTETS = 16 * 1024 ** 2

interface MessageRow {
  readonly id: number
  readonly mailbox: MailboxId
  readonly blob: BlobRef
  readonly octets: number
  readonly held: number
}

/**
 * Checks the bytes of every message against their checksum and row. Finds messages that no folder holds, and entries
 * without a message.
 */
export async function* checkMessages(engine: Engine, looked: VerifyTotals): AsyncGenerator<VerifyFinding> {
  const { sql: rows } = engine
  for (let after = 0; ;) {
    const found = await rows.all<MessageRow>(
      sql`select m.id, m.mailbox, m.blob, m.octets, exists (select 1 from mail_state s where s.message = m.id)
            or exists (select 1 from mail_recoverable r where r.message = m.id) as held
          from mail_message m where m.id > ${after} order by m.id limit ${TOGETHER}`,
    )
    if (found.length === 0) break
    after = found.at(-1)!.id
    for (const message of found) {
      looked.messages++
      looked.octets += message.octets
      if (!message.held)
        yield {
          kind: 'unused',
          about: 'message',
          mailbox: message.mailbox,
          text: `No folder holds message ${message.id}.`,
        }
    }
    for (const batch of batches(found)) yield* checkBytes(engine, batch)
  }
  yield* checkHoles(engine)
  yield* checkRecoverable(engine)
  yield* checkTexts(engine)
}

/** Checks the texts of the search index. Damaged texts only cost the time to decode them again. */
async function* checkTexts({ sql: rows, blobs }: Engine): AsyncGenerator<VerifyFinding> {
  for (let after = 0; ;) {
    const text = await rows.first<{ id: number; blob: BlobRef }>(
      sql`select id, blob from mail_text where id > ${after} order by id limit 1`,
    )
    if (!text) return
    after = text.id
    const wrong = await blobs.read(text.blob).then(
      () => undefined,
      (error: unknown) => String(error),
    )
    if (wrong !== undefined)
      yield { kind: 'wrong', about: 'bytes', text: `Texts that are searched cannot be read: ${wrong}.` }
  }
}

function* batches(messages: readonly MessageRow[]): Generator<readonly MessageRow[]> {
  let batch: MessageRow[] = []
  let octets = 0
  for (const message of messages) {
    if (batch.length > 0 && octets + message.octets > OCTETS) {
      yield batch
      batch = []
      octets = 0
    }
    batch.push(message)
    octets += message.octets
  }
  yield batch
}

async function* checkBytes(engine: Engine, messages: readonly MessageRow[]): AsyncGenerator<VerifyFinding> {
  const read = await engine.blobs.readAll(messages.map(({ blob }) => ({ blob }))).catch(() => undefined)
  for (const [nth, message] of messages.entries()) {
    const octets = read ? read[nth]!.length : await lengthOf(engine, message.blob)
    if (octets === message.octets) continue
    const place = await locationOf(engine, message)
    if (typeof octets === 'string') yield { kind: 'lost', about: 'bytes', ...place, text: octets }
    else
      yield {
        kind: 'wrong',
        about: 'message',
        ...place,
        text: `It has ${octets} octets; its row says ${message.octets}.`,
      }
  }
}

/** The number of octets of a message that is read alone, or the error. */
async function lengthOf(engine: Engine, blob: BlobRef): Promise<number | string> {
  try {
    return (await engine.blobs.read(blob)).length
  } catch (error) {
    return error instanceof Error ? `${error.message}.` : String(error)
  }
}

/** A folder and UID of the message, by which an administrator can find it. */
async function locationOf({ sql: rows }: Engine, { id, mailbox }: MessageRow) {
  const place = await rows.first<{ folder: FolderId; uid: Uid }>(
    sql`select folder, uid from mail_state where message = ${id} limit 1`,
  )
  return { mailbox, ...place }
}

/** Checks that each kept message exists, and that their number matches the mailbox's row. */
async function* checkRecoverable({ sql: rows }: Engine): AsyncGenerator<VerifyFinding> {
  const lost = await rows.all<{ mailbox: MailboxId; message: number }>(
    sql`select mailbox, message from mail_recoverable r
        where not exists (select 1 from mail_message m where m.id = r.message) order by id limit ${TOGETHER}`,
  )
  for (const { mailbox, message } of lost) {
    yield {
      kind: 'lost',
      about: 'message',
      mailbox,
      text: `It was deleted and kept as message ${message}, which is not there.`,
    }
  }
  const counted = await rows.all<{ mailbox: MailboxId; items: number; sum: number }>(
    sql`select h.mailbox, h.items, (select count(*) from mail_recoverable r where r.mailbox = h.mailbox) as sum
        from mail_hold h where h.items <> (select count(*) from mail_recoverable r where r.mailbox = h.mailbox)
        order by h.mailbox limit ${TOGETHER}`,
  )
  for (const { mailbox, items, sum } of counted) {
    yield {
      kind: 'wrong',
      about: 'message',
      mailbox,
      text: `Of it ${sum} deleted messages are kept; its row says ${items}.`,
    }
  }
}

async function* checkHoles({ sql: rows }: Engine): AsyncGenerator<VerifyFinding> {
  for (let after = 0; ;) {
    const found = await rows.all<{ folder: FolderId; uid: Uid; message: number }>(
      sql`select s.folder, s.uid, s.message from mail_state s
          where s.message > ${after} and not exists (select 1 from mail_message m where m.id = s.message)
          order by s.message limit ${TOGETHER}`,
    )
    if (found.length === 0) return
    for (const { folder, uid, message } of found) {
      yield { kind: 'lost', about: 'message', folder, uid, text: `It is message ${message}, which is not there.` }
    }
    after = found.at(-1)!.message
  }
}
