import { refuse } from '../../core/refusal.ts'
import { domainOf, type ResolvedRecipient } from './address-book.ts'
import { traceDeclined, traceLocal } from './message-trace-records.ts'
import type { TransportOptions } from './options.ts'
import { accountOf, type OpenedSender, sendPermissionFor } from './send-as.ts'
import { sizeLimit } from './size-limit.ts'
import { formatDate } from './stored-message.ts'
import { submit } from './submit.ts'
import type { Notice, Recipient, RecipientId, Sender, Transport } from './types.ts'

/** Mail between the mailboxes of this server. */
export function createTransport(deps: TransportOptions): Transport {
  return {
    recipient: (sender, address) => findRecipient(deps, sender, address),
    maySendAs: async (sender, address) =>
      (await sendPermissionFor(deps.directory, await opened(deps, sender), address)) !== undefined,
    sizeLimit: async (sender, recipients) => sizeLimit(deps, await opened(deps, sender), recipients),
    submit: async (sender, submission) => submit(deps, await opened(deps, sender), submission),
    async declined(sender, message, words) {
      const own = await deps.directory.mailboxes.byId(sender.mailbox.id)
      if (own) traceDeclined(deps, own, message, words)
    },
    async notify(id, notice) {
      const to = (await deps.directory.mailboxes.byId(id)) ?? refuse('gone', 'The mailbox is gone')
      const letter = { id: deps.world.guid(), at: deps.world.now(), primary: to.primarySmtpAddress }
      const message = { bytes: noticeMessage(notice, letter), flags: { system: 0, keywords: [] } }
      await deps.mail.deliver([{ mailbox: id, to: 'inbox', message }], new AbortController().signal)
      traceLocal(deps, to, { bytes: message.bytes, at: letter.at })
    },
  }
}

async function opened(deps: TransportOptions, sender: Sender): Promise<OpenedSender> {
  const own = await senderOf(deps, sender)
  return { ...sender, own, account: await accountOf(deps.directory, own, sender.author) }
}

/** Whose mailbox a handle opens. */
async function senderOf(
  { directory }: TransportOptions,
  { mailbox: { id, revoked } }: Sender,
): Promise<ResolvedRecipient> {
  if (revoked.aborted) refuse('gone', 'The mailbox is no longer open to you')
  return (await directory.mailboxes.byId(id)) ?? refuse('gone', 'The mailbox is gone')
}

async function findRecipient(deps: TransportOptions, sender: Sender, given: string): Promise<Recipient> {
  const { tenants, mailboxes, groups } = deps.directory
  const { primarySmtpAddress } = await senderOf(deps, sender)
  // RFC 5321 §4.5.1: `<postmaster>` without a domain is the sender's own.
  const address = given.includes('@') ? given : `${given}@${domainOf(primarySmtpAddress)}`
  const tenant = await tenants.find(domainOf(address))
  if (!tenant) return refuse('not-allowed', 'Mail to other servers is not accepted')
  const found = await mailboxes.findByAddress(tenant.id, address)
  if (found) return { kind: 'mailbox', id: found.id as RecipientId, address, tenant: tenant.id }
  const group = (await groups.findByAddress(tenant.id, address)) ?? refuse('no-such-thing', 'There is no such mailbox')
  return { kind: 'group', guid: group.guid, address, tenant: tenant.id }
}

/** Removes control characters, so that text of a client cannot begin another line. */
const oneLine = (text: string): string => text.replaceAll(/\p{Cc}/gu, '_')

function noticeMessage(
  { subject, lines }: Notice,
  { id, at, primary }: { readonly id: string; readonly at: number; readonly primary: string },
): Buffer {
  const domain = domainOf(primary)
  const letter = [
    'Return-Path: <>',
    `From: Mail server <postmaster@${domain}>`,
    `To: <${primary}>`,
    `Subject: ${oneLine(subject)}`,
    `Date: ${formatDate(at)}`,
    `Message-ID: <${id}@${domain}>`,
    // RFC 3834 §5
    'Auto-Submitted: auto-generated',
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
    '',
    ...lines.map(oneLine),
  ]
  return Buffer.from(letter.map((line) => `${line}\r\n`).join(''), 'utf8')
}
