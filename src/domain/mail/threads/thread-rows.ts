import { hash } from 'node:crypto'
import type { MailboxId } from '../../../core/ids.ts'
import { ask, type BlobRef, type Engine, sql, type Statements } from '../../../storage/engine.ts'
import { summarise } from '../summary/summarise.ts'
import type { SortKeys } from '../sort/sort-keys.ts'

/** How many of the messages that one follows are looked at: the first, which began it, and the latest. */
const MOST = 10
const DIGEST = 16
/** How many gaps a statement has: few sizes, so that few are prepared. The last is repeated to fill one up. */
const sizes = [1, 2, 4, MOST + 1]

/**
 * By what a message finds its thread: its own identifier and those of the messages that it follows, each together with
 * the base subject, since who answers to begin something new changes the subject. As digests: somebody else's names may
 * be of any length.
 */
export function threadRefs({ subject, messageId, references }: SortKeys): readonly string[] {
  const followed = references === '' ? [] : references.split(' ')
  const near = followed.length > MOST ? [followed[0]!, ...followed.slice(1 - MOST)] : followed
  const names = new Set(messageId === '' ? near : [messageId, ...near])
  return Array.from(names, (name) => hash('sha256', `${name}\0${subject}`, 'base64url').slice(0, DIGEST))
}

/** What a thread is called that no earlier message is of. */
export const threadBegunBy = (emailId: string): string => `T${emailId}`

/** What is known of a message's thread before the message is. */
export interface Joining {
  /** That of the first message that came, among those that share a name with it. */
  readonly thread: string | undefined
  /** Names that no message has brought yet. */
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
 * Remembers the names that a message was the first to bring, for as long as it is there: who answers names the latest of
 * those before it too, and finds the thread by another.
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

function filledUp(refs: readonly string[]): readonly string[] {
  const size = sizes.find((size) => size >= refs.length)!
  return Array.from({ length: size }, (_, nth) => refs[nth] ?? refs.at(-1)!)
}

/** Messages read in one step, and octets of each: the header, and what its text begins with. */
const STEP = 16
const OCTETS = 256 * 1024

interface Bare {
  readonly id: number
  readonly mailbox: MailboxId
  readonly blob: BlobRef
  readonly email_id: string
}

/** Gives some messages that came before there were threads and previews what they lack. Whether there were any. */
export async function backfill({ sql: rows, blobs }: Engine): Promise<boolean> {
  const bare = await rows.all<Bare>(
    sql`select id, mailbox, blob, email_id from mail_message where thread_id is null order by id limit ${STEP}`,
  )
  if (bare.length === 0) return false
  const read = await Promise.all(
    bare.map(async ({ blob }) => summaryOf(await blobs.read(blob, 0, OCTETS).catch(() => none))),
  )
  await rows.write(function* () {
    for (const [nth, { id, mailbox, email_id: emailId }] of bare.entries()) {
      const { refs, preview } = read[nth]!
      const { thread = threadBegunBy(emailId), news } = yield* joining(mailbox, refs)
      const found = yield* ask(
        sql`update mail_message set thread_id = ${thread}, preview = ${preview}
            where id = ${id} and thread_id is null returning id`,
      )
      if (found.length > 0) yield* insertThread(mailbox, id, thread, news)
    }
  })
  return true
}

/** Stands for one whose bytes cannot be read. */
const none = Buffer.alloc(0)

function summaryOf(bytes: Buffer) {
  const { sortKeys, preview } = summarise(bytes)
  return { refs: threadRefs(sortKeys), preview }
}
