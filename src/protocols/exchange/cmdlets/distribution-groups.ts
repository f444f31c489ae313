import * as declared from '../../../cmdlets/exchange/distribution-groups.ts'
import { command } from '../command.ts'
import { chosenGroups, findGroup, findMember } from '../find.ts'
import { listing } from '../listing.ts'
import { memberOutput } from '../objects/distribution-group.ts'
import { domainOf } from '../objects/metadata.ts'
import { groupChange } from './groups/group-change.ts'
import { groupOutputs } from './groups/group-outputs.ts'
import { aliasFrom } from './mailboxes.ts'
import { refuseNotHeldBy } from './role-groups.ts'

export const getDistributionGroup = command({
  declaration: declared.getDistributionGroup,
  role: 'Mail Recipients',
  async run(context, given) {
    const chosen = await chosenGroups(context, given)
    return listing(chosen, (groups) => groupOutputs(context, groups), given)
  },
})

export const newDistributionGroup = command({
  declaration: declared.newDistributionGroup,
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

export const removeDistributionGroup = command({
  declaration: declared.removeDistributionGroup,
  role: 'Mail Recipients',
  async run(context, given) {
    const { guid } = await findGroup(context, given.Identity)
    await context.directory.groups.remove(context.tenant.id, guid)
    return []
  },
})

export const setDistributionGroup = command({
  declaration: declared.setDistributionGroup,
  role: 'Mail Recipients',
  async run(context, given) {
    const { guid } = await findGroup(context, given.Identity)
    await context.directory.groups.update(context.tenant.id, guid, await groupChange(context, given))
    return []
  },
})

export const addDistributionGroupMember = command({
  declaration: declared.addDistributionGroupMember,
  role: 'Mail Recipients',
  async run(context, given) {
    const group = await findGroup(context, given.Identity)
    await refuseNotHeldBy(context, group.guid)
    await context.directory.groups.addMember(group, await findMember(context, given.Member))
    return []
  },
})

export const getDistributionGroupMember = command({
  declaration: declared.getDistributionGroupMember,
  role: 'Mail Recipients',
  async run(context, given) {
    const group = await findGroup(context, given.Identity)
    const members = await context.directory.groups.members(group)
    return members.map((member) => memberOutput(context.tenant, member))
  },
})

export const removeDistributionGroupMember = command({
  declaration: declared.removeDistributionGroupMember,
  role: 'Mail Recipients',
  async run(context, given) {
    const group = await findGroup(context, given.Identity)
    await context.directory.groups.removeMember(group, await findMember(context, given.Member))
    return []
  },
})
