import { isoDateTime } from '../../core/time.ts'
import type { MailboxRecord, Tenant } from '../../domain/directory/types.ts'
import {
  addMailbox,
  allowMailbox,
  enableMailbox,
  listMailboxes,
  printable,
  undoRemoval,
} from '../records/command-line.ts'
import { failed, type CheckResult, type CheckOfDecision, passed, type Subject, type CheckTarget } from './check.ts'

type MailboxCheckInput = Subject & CheckTarget

export const mailbox: CheckOfDecision<MailboxCheckInput> = {
  name: 'mailbox',
  async judge(subject) {
    const found = await subject.mailbox()
    if (found) return passed(`'${printable(subject.address ?? '')}' is the mailbox ${found.primarySmtpAddress}.`)
    if (!subject.address)
      return failed('The sign-in names no mailbox. Expected: its address, as user= of the SASL payload.')
    return missing(subject, subject.address)
  },
}

async function missing({ directory, kind, claims }: MailboxCheckInput, given: string): Promise<CheckResult> {
  const trustee = kind === 'app' ? claims.oid : claims.upn
  const address = printable(given)
  const user = await directory.users.find(claims.tid, given)
  // docs/reference/exchange-admin.md §13, row 25
  if (user) {
    const { userPrincipalName: upn } = user
    const allow = kind === 'user' && user.id === claims.oid ? [] : [allowMailbox(upn, trustee)]
    return failed(`The user '${upn}' has no mailbox.`, enableMailbox(upn), ...allow)
  }
  const kept = await directory.removedMailboxes.withAddress(claims.tid, given)
  if (kept) {
    const at = isoDateTime(kept.removed)
    return failed(
      `The mailbox with the address '${address}' was removed at ${at}, and is kept; had back, it is open to whom it was.`,
      undoRemoval(kept.mailbox.guid),
    )
  }
  const tenant = await directory.tenants.find(claims.tid)
  const name = tenant && localPart(tenant, given)
  return failed(
    `No mailbox in the tenant ${claims.tid} has the address '${address}'.`,
    ...(name ? [addMailbox(name, address), allowMailbox(address, trustee)] : [listMailboxes()]),
  )
}

/** The local part of an address that the tenant could have. */
function localPart(tenant: Tenant, address: string): string | undefined {
  const found = /^([\w.+-]{1,64})@([^@]+)$/.exec(address)
  return found && tenant.domains.includes(found[2]!.toLowerCase()) ? found[1] : undefined
}

/** Used by the checks that run after this one passed. */
export async function theMailbox(subject: CheckTarget): Promise<MailboxRecord> {
  const found = await subject.mailbox()
  if (!found) throw new Error('A later check was judged although there is no mailbox')
  return found
}
