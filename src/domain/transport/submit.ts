import { refuse } from '../../core/refusal.ts'
import { type Delivery, type NewMessage, SEEN } from '../mail/types.ts'
import { domainOf } from './address-book.ts'
import { type Letter, readLetter } from './letter.ts'
import { deliveryReport } from './report.ts'
import { maySendAs, type OpenedSender } from './send-as.ts'
import { traceFields } from './trace.ts'
import type { TransportOptions } from './transport.ts'
import type { Recipient, RecipientId, Submission, Submitted } from './types.ts'
import { written } from './written.ts'

/** One submission is one write: the recipients' copies, the sender's own, and the report that was asked for. */
export async function submit(deps: TransportOptions, sender: OpenedSender, submission: Submission): Promise<Submitted> {
  const letter = readLetter(submission.bytes)
  await refuseForeign(deps, sender, submission.from, letter)
  const mailboxes = await stillThere(deps, submission.recipients)

  const at = deps.world.now()
  const id = deps.world.guid()
  const {
    own: { primarySmtpAddress: primary },
    mailbox: handle,
  } = sender
  const own = { date: at, from: submission.from || primary, messageId: `<${id}@${domainOf(primary)}>` }
  const letterTo = newMessage(written(letter, { own, trace: traceFields(submission, { id, at }), hidesBcc: true }))
  const deliveries: Delivery[] = mailboxes.map((mailbox) => ({ mailbox, to: 'inbox', message: letterTo }))
  if (submission.saveSent) {
    const sent = newMessage(written(letter, { own, trace: '', hidesBcc: false }), SEEN)
    deliveries.push({ mailbox: handle.id, to: '\\Sent', message: sent })
  }
  const report = deliveryReport(submission, letter, { id: deps.world.guid(), at, primary })
  if (report) deliveries.push({ mailbox: handle.id, to: 'inbox', message: newMessage(report) })
  await deps.mail.deliver(deliveries, handle.withdrawn)

  const octets = submission.bytes.length
  deps.log.info({ submission: id, recipients: mailboxes.length, octets }, 'A message was delivered')
  return { messageId: letter.messageId ?? own.messageId }
}

const newMessage = (bytes: Buffer, system = 0): NewMessage => ({ bytes, flags: { system, keywords: [] } })

/**
 * RFC 6409 §6.1: a message is from the mailbox that sends it, or from one as which it may send, in its envelope and in its header, wherever that names an
 * author. The null path is nobody's.
 */
async function refuseForeign(
  { directory }: TransportOptions,
  sender: OpenedSender,
  from: string,
  { authors }: Letter,
): Promise<void> {
  const named = new Set([...(from === '' ? [] : [from]), ...authors])
  for (const address of named) {
    if (await maySendAs(directory, sender, address)) continue
    const { primarySmtpAddress: mailbox } = sender.own
    refuse('not-allowed', `${mailbox} may not send as ${address}`, { mailbox, from: address })
  }
}

/** Each mailbox once, however many of its addresses were named. */
async function stillThere(
  { directory }: TransportOptions,
  recipients: readonly Recipient[],
): Promise<readonly RecipientId[]> {
  const ids = [...new Set(recipients.flatMap(({ ids }) => ids))]
  for (const id of ids) {
    if (!(await directory.mailboxes.byId(id))) refuse('no-such-thing', 'A recipient has gone meanwhile')
  }
  return ids
}
