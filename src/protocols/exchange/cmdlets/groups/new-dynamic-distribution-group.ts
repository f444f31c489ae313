import { newDynamicDistributionGroup as declaration } from '../../../../cmdlets/exchange/groups/new-dynamic-distribution-group.ts'
import { command } from '../../command.ts'
import { domainOf } from '../../objects/metadata.ts'
import { wrongParameters } from '../../refusals.ts'
import { aliasFrom } from '../mailboxes/alias.ts'
import { dynamicFilter } from './dynamic-filter.ts'
import { dynamicGroupOutputs } from './dynamic-group-outputs.ts'

export const newDynamicDistributionGroup = command({
  declaration,
  role: 'Mail Recipients',
  async run(context, given) {
    const { directory, tenant } = context
    const alias = given.Alias ?? aliasFrom(given.Name)
    const { recipientFilter, settings } = dynamicFilter(given)
    const inside = given.RequireSenderAuthenticationEnabled
    const group = await directory.groups.create(tenant.id, {
      name: given.Name,
      alias,
      displayName: given.DisplayName ?? given.Name,
      primarySmtpAddress: given.PrimarySmtpAddress ?? `${alias}@${domainOf(tenant)}`,
      type: 'Distribution',
      settings: { ...settings, ...(inside !== undefined && { RequireSenderAuthenticationEnabled: inside }) },
      recipientFilter: recipientFilter ?? wrongParameters('It needs -RecipientFilter or -IncludedRecipients.'),
      members: [],
    })
    return dynamicGroupOutputs(context, [group])
  },
})
