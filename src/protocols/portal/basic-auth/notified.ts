import type { TenantId } from '../../../core/ids.ts'
import type { Directory, MailboxRecord, RetirementPlan } from '../../../domain/directory/types.ts'
import { EXCHANGE_ADMINISTRATOR, GLOBAL_ADMINISTRATOR } from '../administrator.ts'

const MOST = 50

/** The mailboxes of those who may change the plan, and the one that the plan names. */
export async function administratorsOf(
  { directoryRoles, mailboxes }: Directory,
  tenant: TenantId,
  { notifyAddress = '' }: RetirementPlan,
): Promise<readonly MailboxRecord[]> {
  const found = new Map<string, MailboxRecord>()
  const keep = (mailbox: MailboxRecord | undefined) => void (mailbox && found.set(mailbox.guid, mailbox))
  if (notifyAddress !== '') keep(await mailboxes.findByAddress(tenant, notifyAddress))
  for (const role of [GLOBAL_ADMINISTRATOR, EXCHANGE_ADMINISTRATOR]) {
    const people = (await directoryRoles.members(tenant, role)).filter(({ kind }) => kind === 'user')
    for (const { id } of people.slice(0, MOST)) keep(await mailboxes.find(tenant, id))
  }
  return [...found.values()].slice(0, MOST)
}
