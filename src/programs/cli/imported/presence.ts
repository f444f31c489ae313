import { createHash } from 'node:crypto'
import type { SentMessage } from '../../../codecs/portal/message-batch.ts'
import { jsonOf, refused } from '../reply.ts'
import type { Session } from '../connection/session.ts'
import type { Item } from './batches.ts'

interface Folder {
  readonly id: number
  readonly path: string
}

interface Present {
  readonly uid: number
  readonly received: string
  readonly sha256: string
}

/** How often each message is in a folder, by what makes it the same: its octets and when it was received. */
type Counts = Map<string, number>

/** What the folders of a mailbox hold already, counted down as it is met: two of the same need two there. */
export function presenceIn(
  session: Session,
  mailbox: string,
): { missing(batch: { folder: string; items: readonly Item[] }): Promise<readonly Item[]> } {
  const base = `/postern/v1/${encodeURIComponent(session.tenant)}/mailboxes/${encodeURIComponent(mailbox)}/folders`
  const known = new Map<string, Promise<Counts>>()

  return {
    async missing({ folder, items }) {
      const counted = known.get(folder) ?? countsOf(folder)
      known.set(folder, counted)
      const counts = await counted
      return items.filter(({ message }) => !takenFrom(counts, keyOf(digestOf(message), message.received ?? '')))
    },
  }

  async function countsOf(path: string): Promise<Counts> {
    const counts: Counts = new Map()
    // As the server reads it: INBOX in any case (RFC 9051 §5.1).
    const name = path.replace(/^inbox(?=\/|$)/i, 'Inbox')
    const folder = (await listed<Folder>(base)).find((it) => it.path === name)
    if (!folder) return counts
    for (let after = 0; ;) {
      const page = await listed<Present>(`${base}/${folder.id}/messages?after=${after}&digest=sha256`)
      if (page.length === 0) return counts
      for (const { sha256, received } of page) {
        const key = keyOf(sha256, received)
        counts.set(key, (counts.get(key) ?? 0) + 1)
      }
      after = page.at(-1)!.uid
    }
  }

  async function listed<T>(url: string): Promise<readonly T[]> {
    const reply = await session.ask('exchange', { verb: 'GET', path: url })
    return reply.status === 200 ? (jsonOf(reply).value as T[]) : refused(reply)
  }
}

const digestOf = ({ bytes }: SentMessage): string => createHash('sha256').update(bytes).digest('hex')

const keyOf = (sha256: string, received: string): string => `${sha256} ${Date.parse(received)}`

function takenFrom(counts: Counts, key: string): boolean {
  const left = counts.get(key) ?? 0
  if (left > 0) counts.set(key, left - 1)
  return left > 0
}
