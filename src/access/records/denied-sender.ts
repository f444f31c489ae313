import type { MailboxId } from '../../core/ids.ts'
import type { Check } from '../../domain/audit/types.ts'
import type { Directory, MailboxRecord } from '../../domain/directory/types.ts'
import type { AccessDeps } from '../deps.ts'
import { failed, type CheckResult } from '../checks/check.ts'
import { judgeSender } from '../checks/send-as.ts'
import { type Decided, record } from './record.ts'
import type { AppCaller, Caller, Credential, DeniedAddress, UserCaller } from '../types.ts'

/**
 * Records a message that was refused because of its sender address, in addition to the sign-in record. `decided` is the
 * decision that opened the mailbox.
 */
export function deniedSender(
  deps: AccessDeps,
  decided: Decided,
  { caller, mailbox }: { readonly caller: Caller; readonly mailbox: MailboxId },
): (denied: DeniedAddress) => Promise<void> {
  // Kept for the whole session, and therefore without the secret.
  const { decision: entered, ...about } = { ...decided, credential: emptied(decided.credential) }
  return async ({ address, wire }) => {
    const finding = await judged(deps, { caller, mailbox }, address)
    const check: Check = { name: 'sendAs', ok: false, evidence: finding.evidence }
    const fix = finding.ok ? [] : finding.fix
    const decision = { checks: [...entered.checks, check], failed: check.name, fix }
    await record(deps, { ...about, decision, wire })
  }
}

/** The kind of credential, without any secret. */
const emptied = (credential: Credential): Credential =>
  'bearer' in credential ? { bearer: '' } : { ...credential, password: undefined }

async function judged(
  { directory }: AccessDeps,
  { caller, mailbox }: { readonly caller: Caller; readonly mailbox: MailboxId },
  address: string,
): Promise<CheckResult> {
  const { tenant } = caller
  const opened = await directory.mailboxes.byId(mailbox)
  if (!opened) return failed('The mailbox that was opened is gone.')
  return judgeSender({ directory, tenant, ...(await senderOf(directory, caller, opened)) }, address)
}

/** The part of a caller that decides which sender addresses are allowed. */
export type MessageSender = Pick<AppCaller, 'kind' | 'appId' | 'servicePrincipal'> | Pick<UserCaller, 'kind' | 'user'>

/**
 * As in the transport: a user sends with the user's own rights, an app with its own rights and those of the opened
 * mailbox.
 */
export async function senderOf({ exchange }: Directory, caller: MessageSender, opened: MailboxRecord) {
  const { tenant, primarySmtpAddress, externalDirectoryObjectId: owner } = opened
  const mailbox = `the mailbox ${primarySmtpAddress}`
  if (caller.kind === 'user') {
    const { id, userPrincipalName } = caller.user
    const inWords = `the user ${userPrincipalName}`
    const writesAs = id === owner ? mailbox : inWords
    return { accounts: [id] as const, trustee: userPrincipalName, inWords: [inWords], writesAs }
  }
  const { appId, servicePrincipal } = caller
  const account = (await exchange.findByAppId(tenant, appId))?.guid
  const accounts = account ? ([account, owner] as const) : ([owner] as const)
  const inWords = [`the service principal ${servicePrincipal}`, mailbox]
  return { accounts, trustee: servicePrincipal, inWords, writesAs: mailbox }
}
