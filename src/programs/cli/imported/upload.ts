import { encodeBatch, MESSAGE_BATCH } from '../../../codecs/portal/message-batch.ts'
import type { Failure } from '../failure.ts'
import { failureOf } from '../reply.ts'
import type { Session } from '../connection/session.ts'
import type { Failed, Item } from './batches.ts'

export interface Uploaded {
  readonly imported: number
  readonly failed: readonly Failed[]
}

/** Uploads messages in order, all in one write; where that is refused, one by one, so that each answers for itself. */
export async function upload(
  session: Session,
  place: { mailbox: string; folder: string },
  items: readonly Item[],
): Promise<Uploaded> {
  const reply = await send(session, place, items)
  if (reply.status === 201) return { imported: items.length, failed: [] }
  const refusal = failureOf(reply)
  const [first] = items
  if (!first || !isAboutMessages(refusal)) throw refusal
  if (items.length === 1) return { imported: 0, failed: [{ path: first.path, reason: refusal.message }] }

  let imported = 0
  const failed: Failed[] = []
  for (const item of items) {
    const one = await upload(session, place, [item])
    imported += one.imported
    failed.push(...one.failed)
  }
  return { imported, failed }
}

const send = (session: Session, { mailbox, folder }: { mailbox: string; folder: string }, items: readonly Item[]) => {
  const messages = `/postern/v1/${encodeURIComponent(session.tenant)}/mailboxes/${encodeURIComponent(mailbox)}/messages`
  return session.ask('exchange', {
    verb: 'POST',
    path: `${messages}?${new URLSearchParams({ folder }).toString()}`,
    headers: { 'content-type': MESSAGE_BATCH },
    body: encodeBatch(items.map(({ message }) => message)),
  })
}

/** What the server says of the messages themselves; anything else ends the whole command. */
const isAboutMessages = ({ code }: Failure): boolean => ['BadRequest', 'TooLarge', 'QuotaExceeded'].includes(code)
