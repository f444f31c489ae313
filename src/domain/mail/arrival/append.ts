import { setImmediate as nextTurn } from 'node:timers/promises'
import type { FolderId, MailboxId, Uid } from '../../../core/ids.ts'
import { Refusal, refuse } from '../../../core/refusal.ts'
import { askOne, type BlobRef, sql, type Statements } from '../../../storage/engine.ts'
import { type MailboxContext, type MailContext, write } from '../mailbox-context.ts'
import { checkedFlags, inFolderCase } from '../flags/flags.ts'
import type { MailTx } from '../mail-tx.ts'
import { folderEntries, type FolderEntry } from '../folder-entries.ts'
import { untilLate } from '../late-rows.ts'
import { quotaIfLimited } from '../quota/quota.ts'
import type { Release } from '../quota/reservations.ts'
import { insertSortKeys } from '../sort/sort-keys.ts'
import { importances } from '../summary/importance.ts'
import type { Summary } from '../summary/summarise.ts'
import { insertThread, joining, takeOverThread, threadBegunBy, threadRefs } from '../threads/thread-rows.ts'
import type { AppendResult, Flags, InternalDate, NewMessage, ReplacedMessage } from '../types.ts'

/** A message that is ready to be written: its bytes are durable and its summary is known. */
export interface PreparedMessage {
  readonly blob: BlobRef
  readonly octets: number
  readonly flags: Flags
  readonly received: InternalDate
  readonly emailId: string
  readonly summary: Summary
  readonly threadRefs: readonly string[]
  /** Refuses `busy` if its bytes were stored too long ago for a row to name them. */
  readonly refuseLate: () => void
}

export const append = (
  box: MailboxContext,
  folder: FolderId,
  messages: readonly NewMessage[],
  replacing?: ReplacedMessage,
): Promise<AppendResult> =>
  appending(box, { folder, messages, replacing }, (tx, ready) => insertAll(box, tx, { folder, ready, replacing }))

interface Appending {
  readonly folder: FolderId
  readonly messages: readonly NewMessage[]
  readonly replacing?: ReplacedMessage | undefined
}

/** Stores the bytes of messages, and runs the write that inserts them. Discards the bytes if the write refuses. */
export async function appending<T>(
  box: MailboxContext,
  { folder, messages, replacing }: Appending,
  insert: (tx: MailTx, ready: readonly PreparedMessage[]) => Statements<T>,
): Promise<T> {
  if (messages.length > box.limits.batch) refuse('too-big', 'Too many messages at once')
  for (const { bytes } of messages) {
    if (bytes.length > box.limits.messageOctets) refuse('too-big', 'The message is too big')
  }
  box.refusedOctets.check(box.id)
  await refuseMissing(box, folder)
  const release = await reserved(box, box.id, messages, replacing)
  try {
    const ready = await prepare(box, messages, box.id)
    return await named(box, ready, () => write(box, (tx) => notingRefusal(box.id, insert(tx, ready))))
  } finally {
    release()
  }
}

interface Inserting {
  readonly folder: FolderId
  readonly ready: readonly PreparedMessage[]
  readonly replacing: ReplacedMessage | undefined
}

function* insertAll(
  box: MailboxContext,
  tx: MailTx,
  { folder, ready, replacing }: Inserting,
): Statements<AppendResult> {
  const { first, uidValidity } = yield* tx.takeUids(folder, ready.length)
  const cased = yield* inFolderCase(
    folder,
    ready.map(({ flags }) => flags),
    box.limits,
  )
  const placed: FolderEntry[] = []
  for (const message of ready) {
    placed.push({
      uid: (first + placed.length) as Uid,
      message: yield* insertMessage(tx, message),
      octets: message.octets,
      flags: cased(message.flags),
    })
  }
  yield* tx.add(folder, placed)
  if (replacing) yield* takeReplaced(tx, replacing)
  // After the removal of the replaced message, which frees its octets.
  yield* tx.grow({ octets: 0, messages: 0 })
  return { uidValidity, uids: placed.map(({ uid }) => uid) }
}

function* takeReplaced(tx: MailTx, { folder, uid }: ReplacedMessage): Statements<void> {
  yield* tx.folder(folder)
  const placed = yield* folderEntries(folder, [uid])
  if (placed.length === 0) refuse('gone', 'The message is gone', { code: 'EXPUNGEISSUED' })
  yield* tx.take(folder, placed, 'dropped')
}

/** Refuses a missing folder before any bytes are stored. The write checks it again. */
async function refuseMissing(box: MailboxContext, folder: FolderId): Promise<void> {
  const row = await box.engine.sql.first(sql`select id from mail_folder where id = ${folder} and mailbox = ${box.id}`)
  if (!row) refuse('no-such-thing', 'The folder does not exist')
}

/** Reserves the quota that messages will take. Refuses `over-quota` before anything is stored. */
export const reserved = (
  context: MailContext,
  mailbox: MailboxId,
  messages: readonly NewMessage[],
  replacing?: ReplacedMessage,
): Promise<Release> => {
  const octets = messages.reduce((sum, { bytes }) => sum + bytes.length, 0)
  const look = () => quotaIfLimited(context, mailbox, replacing)
  return context.reservations.reserve(mailbox, { octets, messages: messages.length }, look)
}

/** Makes the bytes of messages durable, and parses them meanwhile. Stores all messages or none. */
export async function prepare(
  context: MailContext,
  messages: readonly NewMessage[],
  near: MailboxId | undefined,
): Promise<readonly PreparedMessage[]> {
  const { engine, world, limits } = context
  const flags = messages.map((message) => checkedFlags(message.flags, limits))
  const refuseLate = untilLate(world)
  // Bytes first, row second: after a crash there may be unused bytes, but never a row without its bytes.
  const storing = messages.map(({ bytes }) => engine.blobs.append(bytes, near))
  try {
    const [blobs, summaries] = await Promise.all([Promise.all(storing), summariesOf(context, messages)])
    return messages.map(({ bytes, received }, nth) => ({
      blob: blobs[nth]!,
      octets: bytes.length,
      flags: flags[nth]!,
      received: received ?? { at: world.now(), zone: 0 },
      emailId: Buffer.from(world.bytes(15)).toString('base64url'),
      summary: summaries[nth]!,
      threadRefs: threadRefs(summaries[nth]!.sortKeys),
      refuseLate,
    }))
  } catch (thrown) {
    const stored = await Promise.allSettled(storing)
    await engine.blobs.discard(stored.flatMap((it) => (it.status === 'fulfilled' ? [it.value] : [])))
    throw thrown
  }
}

/** The refusal of rows of stored messages, from within the write: none of them was committed. */
class RowsRefused extends Error {
  /** The mailbox that refused. */
  readonly mailbox: MailboxId | undefined
  readonly refusal: Refusal

  constructor(mailbox: MailboxId | undefined, refusal: Refusal) {
    super(refusal.message)
    this.mailbox = mailbox
    this.refusal = refusal
  }
}

/** Runs a part of the write that inserts the rows of stored messages for a mailbox; undefined for none. */
export function* notingRefusal<T>(mailbox: MailboxId | undefined, inserting: Statements<T>): Statements<T> {
  try {
    return yield* inserting
  } catch (thrown) {
    throw thrown instanceof Refusal ? new RowsRefused(mailbox, thrown) : thrown
  }
}

/**
 * Runs `write`, which inserts the rows of stored messages within {@link notingRefusal}. If it refuses them, discards the
 * bytes and counts them for the mailbox that refused.
 */
export async function named<T>(
  { engine, refusedOctets }: MailContext,
  ready: readonly PreparedMessage[],
  write: () => Promise<T>,
): Promise<T> {
  try {
    return await write()
  } catch (thrown) {
    const blobs = ready.map(({ blob }) => blob)
    if (thrown instanceof RowsRefused) {
      const octets = ready.reduce((sum, message) => sum + message.octets, 0)
      if (thrown.mailbox !== undefined) refusedOctets.add(thrown.mailbox, octets)
      await engine.blobs.discard(blobs)
      throw thrown.refusal
    }
    // After other errors, or on a full disk, the rows may have been committed.
    engine.blobs.dropped(blobs)
    throw thrown
  }
}

/** Parses one message per turn of the event loop, so that many messages do not block other work. */
async function summariesOf({ summariser }: MailContext, messages: readonly NewMessage[]): Promise<readonly Summary[]> {
  const summaries: Summary[] = []
  for (const { bytes } of messages) {
    await nextTurn()
    summaries.push(await summariser.summarise(bytes))
  }
  return summaries
}

/** `replaced`: the message whose content this one replaces, so that it stays in its thread. */
export function* insertMessage(
  tx: MailTx,
  { blob, octets, received, emailId, summary, threadRefs, refuseLate }: PreparedMessage,
  replaced?: { readonly message: number; readonly thread: string | undefined },
): Statements<number> {
  refuseLate()
  const { thread: joined = threadBegunBy(emailId), news } = yield* joining(tx.mailbox, threadRefs)
  const thread = replaced?.thread ?? joined
  const row = yield* askOne<{ id: number }>(
    sql`insert into mail_message
          (mailbox, blob, octets, line_octets, received_at, received_zone, email_id, sent_at, has_attachments,
           subject, sender_name, sender_address, message_id, envelope, body, body_structure, structure,
           thread_id, preview, importance)
        values
          (${tx.mailbox}, ${blob}, ${octets}, ${summary.lineOctets}, ${received.at}, ${received.zone}, ${emailId},
           ${summary.sentAt}, ${summary.hasAttachments ? 1 : 0}, ${summary.subject}, ${summary.senderName}, ${summary.senderAddress},
           ${summary.messageId}, ${summary.envelope}, ${summary.body}, ${summary.bodyStructure}, ${summary.structure},
           ${thread}, ${summary.preview}, ${importances.indexOf(summary.importance)})
        returning id`,
  )
  yield* insertThread(tx.mailbox, row!.id, thread, news)
  if (replaced) yield* takeOverThread(tx.mailbox, replaced.message, row!.id)
  yield* insertSortKeys(row!.id, { ...summary.sortKeys, sentAt: summary.sentAt })
  return row!.id
}
