import type { Log } from '../../core/log.ts'
import { refuse } from '../../core/refusal.ts'
import type { World } from '../../core/world.ts'
import type { Directory, MailboxRecord } from '../directory/types.ts'
import { SEEN, type Delivery, type Mailbox, type MailStore, type NewMessage } from '../mail/types.ts'
import { readLetter } from './letter.ts'
import { holds, primary, refuseForeign } from './own-addresses.ts'
import { traceFields } from './trace.ts'
import type { Recipient, RecipientId, Submission, Submitted, Transport } from './types.ts'
import { written } from './written.ts'

/** As much of the directory as mail needs to find its way. */
export interface AddressBook {
  readonly tenants: Pick<Directory['tenants'], 'find'>
  readonly mailboxes: Pick<Directory['mailboxes'], 'byId' | 'findByAddress'>
}

export interface TransportOptions {
  readonly directory: AddressBook
  readonly mail: MailStore
  readonly world: World
  readonly log: Log
}

export function createTransport(deps: TransportOptions): Transport {
  return {
    recipient: (sender, address) => findRecipient(deps, sender, address),
    maySendAs: async (sender, address) => holds(await recordOf(deps, sender), address),
    submit: (sender, submission) => submit(deps, sender, submission),
  }
}

/** The directory's record of the mailbox that a handle opens. */
async function recordOf({ directory }: TransportOptions, sender: Mailbox): Promise<MailboxRecord> {
  if (sender.withdrawn.aborted) refuse('gone', 'The mailbox is no longer open to you')
  return (await directory.mailboxes.byId(sender.id)) ?? refuse('gone', 'The mailbox is gone')
}

async function findRecipient(deps: TransportOptions, sender: Mailbox, given: string): Promise<Recipient> {
  const { tenants, mailboxes } = deps.directory
  const record = await recordOf(deps, sender)
  // RFC 5321 §4.5.1: `<postmaster>` without a domain is this server's.
  const address = given.includes('@') ? given : `${given}${domainOf(primary(record))}`
  const tenant = await tenants.find(domainOf(address).slice(1))
  if (!tenant) return refuse('not-allowed', 'Mail to other servers is not taken')
  const found = await mailboxes.findByAddress(tenant.id, address)
  return found ? { id: found.id as RecipientId, address: given } : refuse('no-such-thing', 'There is no such mailbox')
}

/** With its at sign. */
const domainOf = (address: string): string => address.slice(address.lastIndexOf('@'))

async function submit(deps: TransportOptions, sender: Mailbox, submission: Submission): Promise<Submitted> {
  const { world, mail, log } = deps
  const record = await recordOf(deps, sender)
  const letter = readLetter(submission.bytes)
  refuseForeign(record, submission.from, letter)
  const recipients = await stillThere(deps, submission.recipients)

  const id = world.guid()
  const own = {
    date: world.now(),
    from: submission.from || primary(record),
    messageId: `<${id}${domainOf(primary(record))}>`,
  }
  const trace = traceFields(submission, { id, at: world.now() })
  const delivered = message(written(letter, { own, trace, hidesBcc: true }), 0)
  const deliveries: Delivery[] = recipients.map((mailbox) => ({ mailbox, to: 'inbox', message: delivered }))
  if (submission.saveSent) {
    const sent = message(written(letter, { own, trace: '', hidesBcc: false }), SEEN)
    deliveries.push({ mailbox: sender.id, to: '\\Sent', message: sent })
  }
  await mail.deliver(deliveries, sender.withdrawn)

  const messageId = letter.messageId ?? own.messageId
  log.info(
    { submission: id, recipients: recipients.length, octets: submission.bytes.length },
    'a message was delivered',
  )
  return { messageId }
}

const message = (bytes: Buffer, system: number): NewMessage => ({ bytes, flags: { system, keywords: [] } })

/** Each mailbox once, however many of its addresses were named. */
async function stillThere(
  { directory }: TransportOptions,
  recipients: readonly Recipient[],
): Promise<readonly RecipientId[]> {
  const ids = [...new Set(recipients.map(({ id }) => id))]
  for (const id of ids) {
    if (!(await directory.mailboxes.byId(id))) refuse('no-such-thing', 'A recipient has gone meanwhile')
  }
  return ids
}
