import { judgePolicies } from '../../../access/access-policies.ts'
import { testApplicationAccessPolicy as declaration } from '../../../cmdlets/exchange/test-application-access-policy.ts'
import { guid, type AppId } from '../../../core/ids.ts'
import { command } from '../command.ts'
import { findMailbox } from '../find.ts'

/** contract/exchange-admin §6: what is judged is the policies alone, not what the app was granted. */
export const testApplicationAccessPolicy = command({
  declaration,
  role: 'Organization Configuration',
  async run(context, given) {
    const { accessPolicies, permissions } = context.directory
    const { id: tenant } = context.tenant
    const mailbox = await findMailbox(context, given.Identity)
    const owner = await permissions.trustee(tenant, mailbox.externalDirectoryObjectId)
    const appIds = given.AppId.map((text) => guid<AppId>(text.trim()))
    return Promise.all(
      appIds.map(async (appId) => {
        const policies = await accessPolicies.naming(tenant, appId)
        const { granted } = await judgePolicies(policies, (policy) => accessPolicies.covers(policy, mailbox))
        return {
          AppId: appId,
          Mailbox: mailbox.name,
          MailboxId: mailbox.externalDirectoryObjectId,
          MailboxSid: owner?.sid ?? null,
          AccessCheckResult: granted ? 'Granted' : 'Denied',
        }
      }),
    )
  },
})
