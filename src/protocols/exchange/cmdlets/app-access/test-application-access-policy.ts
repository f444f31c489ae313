import { judgePolicies } from '../../../../access/access-policies.ts'
import { testApplicationAccessPolicy as declaration } from '../../../../cmdlets/exchange/app-access/test-application-access-policy.ts'
import { guid, type AppId } from '../../../../core/ids.ts'
import type { ScopedRecipient } from '../../../../domain/directory/types.ts'
import { command, type Context } from '../../command.ts'
import { notFound } from '../../refusals.ts'

/** contract/exchange-admin §6: what is judged is the policies alone, not what the app was granted. */
export const testApplicationAccessPolicy = command({
  declaration,
  role: 'Organization Configuration',
  async run(context, given) {
    const { accessPolicies } = context.directory
    const { id: tenant } = context.tenant
    const recipient = await recipientNamed(context, given.Identity)
    const appIds = given.AppId.map((text) => guid<AppId>(text.trim()))
    return Promise.all(
      appIds.map(async (appId) => {
        const policies = await accessPolicies.naming(tenant, appId)
        const { granted } = await judgePolicies(policies, (policy) => accessPolicies.covers(policy, recipient))
        return {
          AppId: appId,
          Mailbox: recipient.name,
          MailboxId: recipient.externalDirectoryObjectId,
          MailboxSid: recipient.sid,
          AccessCheckResult: granted ? 'Granted' : 'Denied',
        }
      }),
    )
  },
})

/** A mailbox, with the SID of the user behind it, or a group. */
async function recipientNamed(
  { directory, tenant }: Context,
  named: string,
): Promise<ScopedRecipient & { readonly name: string; readonly sid: string | null }> {
  const mailbox = await directory.mailboxes.find(tenant.id, named)
  if (!mailbox) return (await directory.groups.find(tenant.id, named)) ?? notFound(tenant, named)
  const owner = await directory.permissions.trustee(tenant.id, mailbox.externalDirectoryObjectId)
  return { ...mailbox, sid: owner?.sid ?? null }
}
