import * as declared from '../../../cmdlets/exchange/distribution-groups.ts'
import type { ValuesOf } from '../../../cmdlets/cmdlet.ts'
import { groupDelivery, groupLimits } from '../../../cmdlets/exchange/delivery-parameters.ts'
import { dynamicParameters, type includedRecipients } from '../../../cmdlets/exchange/distribution-groups.ts'
import type { DistributionGroup, GroupChange, SettingsChange, SettingValue } from '../../../domain/directory/types.ts'
import { type CmdletContext, command } from '../command.ts'
import { chosenGroups, findGroup, findMember, recipientsNamed } from '../find.ts'
import { listing } from '../listing.ts'
import { groupOutput, memberOutput } from '../objects/distribution-group.ts'
import { domainOf, type Output } from '../objects/output.ts'
import { deliveryOutput, namedIn } from '../objects/recipient.ts'
import { wrongParameters } from '../failure.ts'
import { limitsFrom, senderSettings, settingsChangeFrom } from '../sender-settings.ts'
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

type GroupChangeParameters = Omit<ValuesOf<(typeof declared.setDistributionGroup)['parameters']>, 'Identity'>

/** The parameters that groups of both kinds have. */
const groupChange = async (context: CmdletContext, given: GroupChangeParameters): Promise<GroupChange> => ({
  settings: {
    ...(await senderSettings(context, given)),
    ...settingsChangeFrom(groupDelivery, given),
    ...limitsFrom(groupLimits, given),
  },
  ...(given.Name !== undefined && { name: given.Name }),
  ...(given.Alias !== undefined && { alias: given.Alias }),
  ...(given.DisplayName !== undefined && { displayName: given.DisplayName }),
  ...(given.PrimarySmtpAddress !== undefined && { primarySmtpAddress: given.PrimarySmtpAddress }),
  ...(given.EmailAddresses !== undefined && { emailAddresses: given.EmailAddresses }),
  ...(given.HiddenFromAddressListsEnabled !== undefined && {
    hiddenFromAddressLists: given.HiddenFromAddressListsEnabled,
  }),
})

/** The output of groups, with their delivery restrictions and the names of the recipients in them. */
async function groupOutputs(context: CmdletContext, groups: readonly DistributionGroup[]): Promise<readonly Output[]> {
  const nameOf = await recipientsNamed(
    context,
    groups.flatMap(({ delivery }) => namedIn(delivery)),
  )
  return groups.map((group) => ({
    ...groupOutput(context.tenant, group),
    ...deliveryOutput(group.settings, group.delivery, nameOf),
  }))
}

export const getDynamicDistributionGroup = command({
  declaration: declared.getDynamicDistributionGroup,
  role: 'Mail Recipients',
  async run(context, given) {
    const chosen = await chosenGroups(context, given, 'dynamic')
    return listing(chosen, (groups) => dynamicGroupOutputs(context, groups), given)
  },
})

export const newDynamicDistributionGroup = command({
  declaration: declared.newDynamicDistributionGroup,
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

export const removeDynamicDistributionGroup = command({
  declaration: declared.removeDynamicDistributionGroup,
  role: 'Mail Recipients',
  async run(context, given) {
    const { guid } = await findGroup(context, given.Identity, 'dynamic')
    await context.directory.groups.remove(context.tenant.id, guid)
    return []
  },
})

export const setDynamicDistributionGroup = command({
  declaration: declared.setDynamicDistributionGroup,
  role: 'Mail Recipients',
  async run(context, given) {
    const group = await findGroup(context, given.Identity, 'dynamic')
    const change = await groupChange(context, given)
    const { recipientFilter, settings } = dynamicFilter(given, group.settings)
    await context.directory.groups.update(context.tenant.id, group.guid, {
      ...change,
      settings: { ...change.settings, ...settings },
      ...(recipientFilter !== undefined && { recipientFilter }),
    })
    return []
  },
})

export const getDynamicDistributionGroupMember = command({
  declaration: declared.getDynamicDistributionGroupMember,
  role: 'Mail Recipients',
  async run(context, given) {
    const group = await findGroup(context, given.Identity, 'dynamic')
    const members = await context.directory.groups.members(group)
    return members.map((member) => memberOutput(context.tenant, member))
  },
})

const { RecipientFilter: _, ...parts } = dynamicParameters

/** Dynamic groups, with the filter and what it was made of. */
async function dynamicGroupOutputs(
  context: CmdletContext,
  groups: readonly DistributionGroup[],
): Promise<readonly Output[]> {
  const outputs = await groupOutputs(context, groups)
  return outputs.map((output, at) => {
    const { recipientFilter = '', settings } = groups[at]!
    return {
      ...output,
      RecipientFilter: recipientFilter,
      RecipientFilterType: settings.IncludedRecipients === undefined ? 'Custom' : 'Precanned',
      ...Object.fromEntries(Object.keys(parts).map((name) => [name, settings[name] ?? []])),
      ObjectClass: ['top', 'msExchDynamicDistributionList'],
    }
  })
}

type DynamicFilterParameters = ValuesOf<typeof dynamicParameters>
type Kind = (typeof includedRecipients)[number]

/** The ready-made parts as filters, of the properties that recipients have here. */
const kinds: Readonly<Record<Kind, string>> = {
  AllRecipients: '(Alias -ne $null)',
  MailboxUsers: "(RecipientTypeDetails -eq 'UserMailbox' -or RecipientTypeDetails -eq 'SharedMailbox')",
  MailContacts: "(RecipientType -eq 'MailContact')",
  MailGroups: "(RecipientType -eq 'MailUniversalDistributionGroup')",
  MailUsers: "(RecipientType -eq 'MailUser')",
  Resources: "(RecipientTypeDetails -eq 'RoomMailbox' -or RecipientTypeDetails -eq 'EquipmentMailbox')",
}

const CONDITION = /^Conditional(CustomAttribute\d+)$/

interface Filtered {
  readonly recipientFilter?: string
  /** The parameters that the filter was made from. */
  readonly settings: SettingsChange
}

/** Who is in a dynamic group from now on; what is not given stays as it is kept. */
function dynamicFilter(given: DynamicFilterParameters, kept: Readonly<Record<string, SettingValue>> = {}): Filtered {
  const conditions = Object.entries(given).filter(([name, value]) => CONDITION.test(name) && value !== undefined)
  const { RecipientFilter: custom, IncludedRecipients: included } = given
  const precanned = included !== undefined || conditions.length > 0
  if (custom !== undefined) {
    if (precanned) wrongParameters('-RecipientFilter excludes -IncludedRecipients and the conditions.')
    const gone = Object.keys(kept).filter((name) => name === 'IncludedRecipients' || CONDITION.test(name))
    return { recipientFilter: custom, settings: Object.fromEntries(gone.map((name) => [name, null])) }
  }
  if (!precanned) return { settings: {} }
  if (included && included.length > 1 && included.includes('AllRecipients')) {
    wrongParameters('AllRecipients of -IncludedRecipients stands by itself.')
  }
  const settings = { ...(included && { IncludedRecipients: included }), ...Object.fromEntries(conditions) }
  return { recipientFilter: filterOf({ ...kept, ...settings }), settings }
}

/** Any of the kinds, and of each attribute one of the values. */
function filterOf(parts: Readonly<Record<string, unknown>>): string {
  const { IncludedRecipients: included } = parts
  if (!Array.isArray(included)) return wrongParameters('The conditions need -IncludedRecipients.')
  const conditions = Object.entries(parts).flatMap(([name, values]) => {
    const [, attribute] = CONDITION.exec(name) ?? []
    if (attribute === undefined || !Array.isArray(values) || values.length === 0) return []
    return [anyOf(values.map((value) => `${attribute} -eq '${String(value).replaceAll("'", "''")}'`))]
  })
  return [anyOf(included.map((kind) => kinds[kind as Kind])), ...conditions].join(' -and ')
}

const anyOf = (filters: readonly string[]): string => `(${filters.join(' -or ')})`
