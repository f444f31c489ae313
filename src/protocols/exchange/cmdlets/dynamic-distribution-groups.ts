import type { ValuesOf } from '../../../cmdlets/cmdlet.ts'
import * as declared from '../../../cmdlets/exchange/dynamic-distribution-groups.ts'
import { dynamicParameters, type includedRecipients } from '../../../cmdlets/exchange/groups/dynamic-parameters.ts'
import type { DistributionGroup, SettingsChange, SettingValue } from '../../../domain/directory/types.ts'
import { command, type CmdletContext } from '../command.ts'
import { chosenGroups, findGroup } from '../find.ts'
import { listing } from '../listing.ts'
import { memberOutput } from '../objects/distribution-group.ts'
import { domainOf } from '../objects/metadata.ts'
import type { Output } from '../objects/output.ts'
import { wrongParameters } from '../refusals.ts'
import { groupChange } from './groups/group-change.ts'
import { groupOutputs } from './groups/group-outputs.ts'
import { aliasFrom } from './mailboxes.ts'

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
