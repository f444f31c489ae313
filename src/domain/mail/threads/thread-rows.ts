import { hash } from 'node:crypto'
import type { MailboxId } from '../../../core/ids.ts'
import { ask, type BlobRef, type Engine, inARow, sql, type Statements } from '../../../storage/engine.ts'
import type { LeasedParts } from '../leased-parts.ts'
import { summarise } from '../summary/summarise.ts'
import type { SortKeys } from '../sort/sort-keys.ts'

/** The most references of a message that count: the first, which began the thread, and the latest. */
const MOST = 10
const DIGEST = 16
/** Values of an `in (…)`: few sizes, so that few statements are prepared. The last value is repeated to fill one up. */
const sizes = [1, 2, 4, MOST + 1]

/**
 * The digests by which a message finds its thread: of its own identifier and of those that it references, each with the
 * base subject, because a reply with another subject begins a new thread. Digests, because identifiers have any length.
 */
export function threadRefs({ subject, messageId, references }: SortKeys): readonly string[] {
  const followed = references === '' ? [] : references.split(' ')
  const near = followed.length > MOST ? [followed[0]!, ...followed.slice(1 - MOST)] : followed
  const names = new Set(messageId === '' ? near : [messageId, ...near])
  return Array.from(names, (name) => hash('sha256', `${name}\0${subject}`, 'base64url').slice(0, DIGEST))
}

/** The name of a new thread. */
export const threadBegunBy = (emailId: string): string => `T${emailId}`

/** The thread of a message, before the message is stored. */
export interface Joining {
  /** The thread of the first message that shares a digest. */
  readonly thread: string | undefined
  /** Digests that no stored message has. */
  readonly news: readonly string[]
}

export function* joining(mailbox: MailboxId, refs: readonly string[]): Statements<Joining> {
  if (refs.length === 0) return { thread: undefined, news: [] }
  const filled = filledUp(refs)
  const commas = Array.from<string>({ length: filled.length - 1 }).fill(',')
  const parts = ['select ref, message, thread from mail_thread where mailbox = ', ' and ref in (', ...commas, ')']
  const found = yield* ask<Known>({ parts, args: [mailbox, ...filled] })
  if (found.length === 0) return { thread: undefined, news: refs }
  const known = new Set(found.map(({ ref }) => ref))
  const first = found.reduce((one, other) => (other.message < one.message ? other : one))
  return { thread: first.thread, news: refs.filter((ref) => !known.has(ref)) }
}

interface Known {
  readonly ref: string
  readonly message: number
  readonly thread: string
}

/**
 * Stores the digests that a message is the first to have. They are deleted with the message. A reply usually names
 * earlier messages too, and then finds the thread by another digest.
 */
export function* insertThread(
  mailbox: MailboxId,
  message: number,
  thread: string,
  news: readonly string[],
): Statements<void> {
  for (const ref of news) {
    yield* ask(
      sql`insert into mail_thread (mailbox, ref, message, thread) values (${mailbox}, ${ref}, ${message}, ${thread})
          on conflict do nothing`,
    )
  }
}

/** Replies to a message whose content was replaced still find its thread. */
export function* takeOverThread(mailbox: MailboxId, from: number, to: number): Statements<void> {
  yield* ask(sql`update mail_thread set message = ${to} where mailbox = ${mailbox} and message = ${from}`)
}

function filledUp(refs: readonly string[]): readonly string[] {
  const size = sizes.find((size) => size >= refs.length)!
  return Array.from({ length: size }, (_, nth) => refs[nth] ?? refs.at(-1)!)
}

/** Messages of one step, and octets that are read of each: the header and the beginning of the text. */
const STEP = 16
const OCTETS = 256 * 1024

interface Bare {
  readonly id: number
  readonly mailbox: MailboxId
  readonly blob: BlobRef
  readonly email_id: string
}

/** Adds threads and previews to some messages that were stored without them. Returns true if there were any. */
export async function backfill({ sql: rows, blobs }: Engine, parts: Pick<LeasedParts, 'condition'>): Promise<boolean> {
  const bare = await rows.all<Bare>(
    inARow(
      sql`select id, mailbox, blob, email_id from mail_message where thread_id is null`,
      parts.condition,
      sql` order by id limit ${STEP}`,
    ),
  )
  if (bare.length === 0) return false
  const read = await Promise.all(
    bare.map(async ({ blob }) => summaryOf(await blobs.read(blob, 0, OCTETS).catch(() => none))),
  )
  const summarised = bare.map((one, nth) => ({ ...one, ...read[nth]! }))
  for (const [mailbox, own] of Map.groupBy(summarised, (one) => one.mailbox)) {
    await rows.write(
      function* () {
        for (const one of own) yield* addThread(one)
      },
      [mailbox],
    )
  }
  return true
}

interface Summarised extends Bare {
  readonly refs: readonly string[]
  readonly preview: string
}

function* addThread({ id, mailbox, email_id: emailId, refs, preview }: Summarised): Statements<void> {
  const { thread = threadBegunBy(emailId), news } = yield* joining(mailbox, refs)
  const found = yield* ask(
    sql`update mail_message set thread_id = ${thread}, preview = ${preview}
        where id = ${id} and thread_id is null returning id`,
  )
  if (found.length > 0) yield* insertThread(mailbox, id, thread, news)
}

/** Used if the bytes cannot be read. */
const none = Buffer.alloc(0)

function summaryOf(bytes: Buffer) {
  const { sortKeys, preview } = summarise(bytes)
  return { refs: threadRefs(sortKeys), preview }
}
