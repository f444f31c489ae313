import { refuse } from '../core/refusal.ts'
import { directoryRole } from '../core/well-known/directory-roles.ts'
import type { Mailbox } from '../domain/mail/types.ts'
import type { AccessDeps } from './access.ts'
import { managesExchange } from './rights.ts'
import type { Caller } from './types.ts'

/** Those who may do everything in Exchange, and so look into a mailbox that nobody granted them. */
const administrators: readonly string[] = [directoryRole.globalAdministrator, directoryRole.exchangeAdministrator]

export async function administer({ directory, mail }: AccessDeps, caller: Caller, named: string): Promise<Mailbox> {
  if (!managesExchange(caller) || !administrators.some((role) => caller.directoryRoles.has(role))) {
    return refuse(
      'not-allowed',
      caller.kind === 'app'
        ? `The app ${caller.appId} needs the permission Exchange.ManageAsApp and the directory role Exchange Administrator or Global Administrator`
        : `The app ${caller.appId} needs the scope Exchange.Manage, and ${caller.user.userPrincipalName} the directory role Exchange Administrator or Global Administrator`,
    )
  }
  const mailbox = await directory.mailboxes.find(caller.tenant, named)
  if (!mailbox) return refuse('no-such-thing', `There is no mailbox '${named}'`, { property: 'mailbox' })
  // For the length of one request, which was authorised as it began.
  return mail.open(mailbox.id, new AbortController().signal)
}
