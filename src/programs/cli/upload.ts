import { encodeBatch, MESSAGE_BATCH, type SentMessage } from '../../codecs/portal/message-batch.ts'
import type { Reply } from './client.ts'
import { Failure } from './failure.ts'
import { refused } from './reply.ts'
import type { Session } from './session.ts'

/** A message and where it came from. */
export interface Item {
  readonly path: string
  readonly message: SentMessage
}

export interface Uploaded {
  readonly imported: number
  readonly failed: readonly { readonly path: string; readonly reason: string }[]
}

/** Uploads messages in order, all in one write; where that is refused, one by one, so that each answers for itself. */
export async function upload(
  session: Session,
  place: { mailbox: string; folder: string },
  items: readonly Item[],
): Promise<Uploaded> {
  const reply = await send(session, place, items)
  if (reply.status === 201) return { imported: items.length, failed: [] }
  const [only, ...others] = items
  // A refusal that is not about the messages is one for the whole command.
  if (!only || [401, 403, 404].includes(reply.status) || reply.status >= 500 !== (reply.status === 507)) refused(reply)
  if (others.length === 0) return { imported: 0, failed: [{ path: only.path, reason: reasonOf(reply) }] }

  let imported = 0
  const failed: { path: string; reason: string }[] = []
  for (const item of items) {
    const one = await upload(session, place, [item])
    imported += one.imported
    failed.push(...one.failed)
  }
  return { imported, failed }
}

const send = (session: Session, { mailbox, folder }: { mailbox: string; folder: string }, items: readonly Item[]) =>
  session.ask('exchange', {
    verb: 'POST',
    path: `/postern/v1/${encodeURIComponent(session.tenant)}/mailboxes/${encodeURIComponent(mailbox)}/messages?${new URLSearchParams({ folder }).toString()}`,
    headers: { 'content-type': MESSAGE_BATCH },
    body: encodeBatch(items.map(({ message }) => message)),
  })

function reasonOf(reply: Reply): string {
  try {
    return refused(reply)
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown.message
    throw thrown
  }
}
