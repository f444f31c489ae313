import type { MailboxId } from '../../../core/ids.ts'
import { ask, type BlobRef, type Engine, sql } from '../../../storage/engine.ts'
import { summarise } from '../arrival/summarise.ts'
import { insertThread, joining, threadBegunBy, threadRefs } from './thread-rows.ts'

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
