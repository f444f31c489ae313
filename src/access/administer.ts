import { refuse } from '../core/refusal.ts'
import type { Mailbox } from '../domain/mail/types.ts'
import type { AccessDeps } from './deps.ts'
import type { Caller } from './types.ts'
import { mayAdminister } from './admin/decide.ts'

/** Opens any mailbox of the tenant for its administrator: one that nobody granted them too. */
export async function administer({ directory, mail }: AccessDeps, caller: Caller, named: string): Promise<Mailbox> {
  if (!mayAdminister('administerTenant', caller)) {
    return refuse(
      'not-allowed',
      caller.kind === 'app'
        ? `The app ${caller.appId} needs the permission Exchange.ManageAsApp and the directory role Exchange Administrator or Global Administrator`
        : `The app ${caller.appId} needs the scope Exchange.Manage, and ${caller.user.userPrincipalName} the directory role Exchange Administrator or Global Administrator`,
    )
  }
  const mailbox = await directory.mailboxes.find(caller.tenant, named)
  if (!mailbox) return refuse('no-such-thing', `There is no mailbox '${named}'`, { property: 'mailbox' })
  // For the length of one request, which was authorized when it began.
  return mail.open(mailbox.id, new AbortController().signal)
}
