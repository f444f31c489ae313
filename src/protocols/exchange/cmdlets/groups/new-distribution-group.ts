import { newDistributionGroup as declaration } from '../../../../cmdlets/exchange/groups/new-distribution-group.ts'
import { aliasFrom } from '../mailboxes/alias.ts'
import { command } from '../../command.ts'
import { findMember } from '../../find.ts'
import { domainOf } from '../../objects/metadata.ts'
import { groupOutputs } from './group-outputs.ts'

export const newDistributionGroup = command({
  declaration,
  role: 'Mail Recipients',
  async run(context, given) {
    const { directory, tenant } = context
    const alias = given.Alias ?? aliasFrom(given.Name)
    const members = await Promise.all((given.Members ?? []).map((named) => findMember(context, named)))
    const group = await directory.groups.create(tenant.id, {
      name: given.Name,
      alias,
      displayName: given.DisplayName ?? given.Name,
      primarySmtpAddress: given.PrimarySmtpAddress ?? `${alias}@${domainOf(tenant)}`,
      type: given.Type ?? 'Distribution',
      ...(given.RequireSenderAuthenticationEnabled !== undefined && {
        settings: { RequireSenderAuthenticationEnabled: given.RequireSenderAuthenticationEnabled },
      }),
      members,
    })
    return groupOutputs(context, [group])
  },
})
