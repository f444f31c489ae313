import { refuse } from '../../core/refusal.ts'
import { type Delivery, type NewMessage, SEEN } from '../mail/types.ts'
import { domainOf } from './address-book.ts'
import { destinations } from './forward.ts'
import { type Letter, readLetter } from './letter.ts'
import { deliveryReport } from './report.ts'
import { type OpenedSender, type Standing, standingUnder } from './send-as.ts'
import { traceFields } from './trace.ts'
import type { TransportOptions } from './transport.ts'
import type { Submission, Submitted } from './types.ts'
import { written } from './written.ts'

/** One submission is one write: the recipients' copies, the sender's own, and the report that was asked for. */
export async function submit(deps: TransportOptions, sender: OpenedSender, submission: Submission): Promise<Submitted> {
  const { own: mailbox, mailbox: handle } = sender
  const { primarySmtpAddress: primary, mailFlow } = mailbox
  const octets = submission.bytes.length
  if (mailFlow.maxSend !== undefined && octets > mailFlow.maxSend) refuse('too-big', `${primary} sends nothing so big`)
  const letter = readLetter(submission.bytes)
  const standings = await standingsOf(deps, sender, submission.from, letter)
  const ids = submission.recipients.flatMap((recipient) => recipient.ids)
  const mailboxes = await destinations(deps.directory, ids, octets)

  const at = deps.world.now()
  const id = deps.world.guid()
  const onBehalf = standings.some(({ how }) => how === 'on-behalf')
  const own = {
    date: at,
    from: submission.from || primary,
    sender: onBehalf ? primary : undefined,
    messageId: `<${id}@${domainOf(primary)}>`,
  }
  const letterTo = newMessage(written(letter, { own, trace: traceFields(submission, { id, at }), hidesBcc: true }))
  const deliveries: Delivery[] = mailboxes.map((to) => ({ mailbox: to, to: 'inbox', message: letterTo }))
  const keepers = keepersOf(standings)
  if (mailFlow.copiesSubmitted ?? submission.saveSent) keepers.add(handle.id)
  if (keepers.size > 0) {
    const sent = newMessage(written(letter, { own, trace: '', hidesBcc: false }), SEEN)
    for (const keeper of keepers) deliveries.push({ mailbox: keeper, to: '\\Sent', message: sent })
  }
  const report = deliveryReport(submission, letter, { id: deps.world.guid(), at, primary })
  if (report) deliveries.push({ mailbox: handle.id, to: 'inbox', message: newMessage(report) })
  await deps.mail.deliver(deliveries, handle.withdrawn)

  deps.log.info({ submission: id, recipients: mailboxes.length, octets }, 'A message was delivered')
  return { messageId: letter.messageId ?? own.messageId }
}

const newMessage = (bytes: Buffer, system = 0): NewMessage => ({ bytes, flags: { system, keywords: [] } })

/**
 * RFC 6409 §6.1: a message is from the mailbox that sends it, or from one as which or on whose behalf it may send, in its
 * envelope and in its header, wherever that names an author. The null path is nobody's. Who really sent it is in Sender
 * (RFC 5322 §3.6.2), and so nobody is named there on whose behalf it is.
 */
async function standingsOf(
  { directory }: TransportOptions,
  sender: OpenedSender,
  from: string,
  { authors, senders }: Letter,
): Promise<readonly Standing[]> {
  const standings: Standing[] = []
  for (const address of new Set([...(from === '' ? [] : [from]), ...authors])) {
    const standing = await standingUnder(directory, sender, address)
    if (standing && !(standing.how === 'on-behalf' && senders.includes(address))) standings.push(standing)
    else refuseForeign(sender, address)
  }
  return standings
}

function refuseForeign({ own: { primarySmtpAddress: mailbox } }: OpenedSender, address: string): never {
  return refuse('not-allowed', `${mailbox} may not send as ${address}`, { mailbox, from: address })
}

/** contract/exchange-admin §3.2: those who want to have what others send in their name. */
const keepersOf = (standings: readonly Standing[]) =>
  new Set(
    standings
      .filter(
        ({ how, of: { mailFlow } }) =>
          (how === 'send-as' && mailFlow.copiesSentAs) || (how === 'on-behalf' && mailFlow.copiesOnBehalf),
      )
      .map(({ of }) => of.id),
  )
