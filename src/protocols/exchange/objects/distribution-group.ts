import type { DistributionGroup, GroupMember, Tenant } from '../../../domain/directory/types.ts'
import { metadata, type Output } from './output.ts'

const recipientTypes = {
  Distribution: 'MailUniversalDistributionGroup',
  Security: 'MailUniversalSecurityGroup',
} as const

/** RecipientType and RecipientTypeDetails. */
export const groupType = ({ type, recipientFilter }: DistributionGroup): string =>
  recipientFilter === undefined ? recipientTypes[type] : 'DynamicDistributionGroup'

export const groupOutput = (tenant: Tenant, group: DistributionGroup): Output => ({
  Name: group.name,
  DisplayName: group.displayName,
  Alias: group.alias,
  PrimarySmtpAddress: group.primarySmtpAddress,
  WindowsEmailAddress: group.primarySmtpAddress,
  EmailAddresses: group.emailAddresses,
  GroupType: group.type === 'Security' ? 'Universal, SecurityEnabled' : 'Universal',
  RecipientType: groupType(group),
  RecipientTypeDetails: groupType(group),
  HiddenFromAddressListsEnabled: group.hiddenFromAddressLists,
  ExternalDirectoryObjectId: group.externalDirectoryObjectId,
  Guid: group.guid,
  ExchangeObjectId: group.guid,
  Identity: group.name,
  Id: group.name,
  ...metadata(tenant, group),
  ObjectClass: ['top', 'group'],
})

export const memberOutput = (tenant: Tenant, member: GroupMember): Output => {
  if (member.kind === 'group') return groupOutput(tenant, member.group)
  const { mailbox } = member
  return {
    Name: mailbox.name,
    DisplayName: mailbox.displayName,
    Alias: mailbox.alias,
    PrimarySmtpAddress: mailbox.primarySmtpAddress,
    RecipientType: 'UserMailbox',
    RecipientTypeDetails: mailbox.type,
    ExternalDirectoryObjectId: mailbox.externalDirectoryObjectId,
    Guid: mailbox.guid,
    ExchangeObjectId: mailbox.guid,
    Identity: mailbox.name,
    Id: mailbox.name,
    ...metadata(tenant, mailbox),
  }
}
