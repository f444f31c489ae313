import { resolveRecipients } from './resolve-recipients.ts'
import type { OpenedSender } from './send-as.ts'
import type { TransportOptions } from './options.ts'
import type { Addressed, Restriction, SizeLimit } from './types.ts'

/**
 * The largest message that the sender may send, and that at least one of the recipients has room for. It is looked at
 * before the message is there; what the header says may restrict it further.
 */
export async function sizeLimit(
  { directory, mail }: TransportOptions,
  { own, mailbox }: OpenedSender,
  recipients: readonly Addressed[],
): Promise<SizeLimit | undefined> {
  const { maxSend, sendQuota = Number.POSITIVE_INFINITY } = own.mailFlow
  const limits: SizeLimit[] = []
  const limit = (octets: number, why: Restriction, of: string) => limits.push({ octets, why, mailbox: of })
  if (maxSend !== undefined) limit(maxSend, 'sender-size', own.primarySmtpAddress)
  const { mailboxes } = await resolveRecipients(directory, recipients, { from: [], octets: 0 })
  const quotas = await mail.quotas(new Set([...mailboxes.keys(), mailbox.id]))
  if (quotas.get(mailbox.id)!.used.octets >= sendQuota) limit(0, 'sender-quota', own.primarySmtpAddress)

  let roomiest: SizeLimit | undefined
  for (const [id, { mailbox }] of mailboxes) {
    const { used, limits } = quotas.get(id)!
    const isFull = limits.messages !== undefined && used.messages >= limits.messages
    const octets = isFull ? 0 : Math.max(0, (limits.octets ?? Number.POSITIVE_INFINITY) - used.octets)
    if (roomiest && octets <= roomiest.octets) continue
    roomiest = { octets, why: 'recipient-full', mailbox: mailbox.primarySmtpAddress }
  }
  if (roomiest && roomiest.octets < Number.POSITIVE_INFINITY) limits.push(roomiest)
  return limits.toSorted((a, b) => a.octets - b.octets)[0]
}
