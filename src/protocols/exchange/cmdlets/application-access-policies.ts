import { judgePolicies } from '../../../access/checks/application-access-policy.ts'
import * as declared from '../../../cmdlets/exchange/application-access-policies.ts'
import { type AppId, guid } from '../../../core/ids.ts'
import type { AccessPolicy, ScopedRecipient } from '../../../domain/directory/types.ts'
import { command, type CmdletContext } from '../command.ts'
import type { Output } from '../objects/output.ts'
import { notFound } from '../failure.ts'
import { findPolicy } from '../find.ts'

export const getApplicationAccessPolicy = command({
  declaration: declared.getApplicationAccessPolicy,
  role: 'Organization Configuration',
  async run(context, { Identity }) {
    const { directory, tenant } = context
    const found =
      Identity === undefined ? await directory.accessPolicies.all(tenant.id) : [await findPolicy(context, Identity)]
    return found.map(policyOutput)
  },
})

export const newApplicationAccessPolicy = command({
  declaration: declared.newApplicationAccessPolicy,
  role: 'Organization Configuration',
  async run({ directory, tenant }, given) {
    const scope =
      (await directory.accessPolicies.scopeNamed(tenant.id, given.PolicyScopeGroupId)) ??
      notFound(tenant, given.PolicyScopeGroupId)
    const made = await directory.accessPolicies.create(tenant.id, {
      appIds: given.AppId,
      accessRight: given.AccessRight,
      scope,
      description: given.Description,
    })
    return made.map(policyOutput)
  },
})

export const removeApplicationAccessPolicy = command({
  declaration: declared.removeApplicationAccessPolicy,
  role: 'Organization Configuration',
  async run(context, { Identity }) {
    const { id } = await findPolicy(context, Identity)
    await context.directory.accessPolicies.remove(context.tenant.id, id)
    return []
  },
})

export const setApplicationAccessPolicy = command({
  declaration: declared.setApplicationAccessPolicy,
  role: 'Organization Configuration',
  async run(context, { Identity, Description: description }) {
    const { id } = await findPolicy(context, Identity)
    if (description !== undefined) {
      await context.directory.accessPolicies.update(context.tenant.id, id, { description })
    }
    return []
  },
})

/** docs/reference/exchange-admin.md §6: what is judged is the policies alone, not what the app was granted. */
export const testApplicationAccessPolicy = command({
  declaration: declared.testApplicationAccessPolicy,
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
  { directory, tenant }: CmdletContext,
  named: string,
): Promise<ScopedRecipient & { readonly name: string; readonly sid: string | null }> {
  const mailbox = await directory.mailboxes.find(tenant.id, named)
  if (!mailbox) return (await directory.groups.find(tenant.id, named)) ?? notFound(tenant, named)
  const owner = await directory.permissions.trustee(tenant.id, mailbox.externalDirectoryObjectId)
  return { ...mailbox, sid: owner?.sid ?? null }
}

/**
 * docs/reference/exchange-admin.md §6; scripts take the scope's object id from behind the semicolon of
 * ScopeIdentityRaw.
 */
const policyOutput = (policy: AccessPolicy): Output => ({
  ScopeName: policy.scope.displayName,
  ScopeIdentity: policy.scope.name,
  Identity: policy.identity,
  AppId: policy.appId,
  ScopeIdentityRaw: `${policy.scope.sid};${policy.scope.id}`,
  Description: policy.description,
  AccessRight: policy.accessRight,
  ShardType: 'All',
  IsValid: true,
  ObjectState: 'Unchanged',
})
