import type { MailboxId } from '../core/ids.ts'
import type { Link } from '../domain/audit/types.ts'
import type { Directory } from '../domain/directory/types.ts'
import type { AccessDeps } from './access.ts'
import { failed, type Finding } from './links/link.ts'
import { judgeSender } from './links/send-as.ts'
import { type Decided, record } from './record.ts'
import type { Caller, Credential, DeniedAddress } from './types.ts'

/**
 * For whoever was let into a mailbox, as `decided` tells: puts on record, beside that, a message of theirs which was refused
 * for its sender.
 */
export function deniedSender(
  deps: AccessDeps,
  decided: Decided,
  { caller, mailbox }: { readonly caller: Caller; readonly mailbox: MailboxId },
): (denied: DeniedAddress) => Promise<void> {
  // It is held for as long as the session lasts.
  const kept = { ...decided, credential: emptied(decided.credential) }
  return async ({ address, wire }) => {
    const finding = await judged(deps, { caller, mailbox }, address)
    const link: Link = { name: 'sendAs', ok: false, evidence: finding.evidence }
    const mend = finding.ok ? [] : finding.mend
    const decision = { links: [...decided.decision.links, link], failed: link.name, mend }
    await record(deps, { ...kept, decision, wire })
  }
}

/** What kind it was, and no secret. */
const emptied = (credential: Credential): Credential =>
  'bearer' in credential ? { bearer: '' } : { ...credential, password: undefined }

async function judged(
  { directory }: AccessDeps,
  { caller, mailbox }: { readonly caller: Caller; readonly mailbox: MailboxId },
  address: string,
): Promise<Finding> {
  const { tenant } = caller
  const opened = await directory.mailboxes.byId(mailbox)
  if (!opened) return failed('The mailbox that was opened is gone.')
  return judgeSender({ directory, tenant, mailbox: opened, ...(await senderOf(directory, caller)) }, address)
}

async function senderOf({ exchange }: Directory, caller: Caller) {
  if (caller.kind === 'user') {
    const { id, userPrincipalName } = caller.user
    return { account: id, trustee: userPrincipalName, inWords: `The user ${userPrincipalName}` }
  }
  const { tenant, appId, servicePrincipal } = caller
  const account = (await exchange.findByAppId(tenant, appId))?.guid
  return { account, trustee: servicePrincipal, inWords: `The service principal ${servicePrincipal}` }
}
