import { optional, type Parameter, type CmdletParameters } from '../cmdlet.ts'
import { type ParameterType, switched, text } from '../parameter-type.ts'

const NO_EFFECT = 'Accepted, without effect.'

/** The value, for example a credential, is ignored and not stored. */
const anything: ParameterType<true> = {
  shown: '<Object>',
  expected: 'anything',
  nature: 'single',
  secret: true,
  fromText: () => true,
  fromJson: () => true,
}

/** The directory server to ask, on premises. */
const domainController = `
  Add-DistributionGroupMember Add-MailboxPermission Disable-Mailbox Enable-Mailbox Get-AcceptedDomain Get-CASMailbox New-AcceptedDomain Remove-AcceptedDomain Set-AcceptedDomain
  Get-DistributionGroup Get-DistributionGroupMember Get-DynamicDistributionGroup Get-Mailbox Get-MailboxFolderStatistics
  Get-MailboxPermission Get-MailboxStatistics Get-ManagementRoleAssignment Get-ManagementScope Get-OrganizationConfig
  Get-Recipient Get-TransportConfig Get-User New-DistributionGroup New-DynamicDistributionGroup New-Mailbox
  New-ManagementRoleAssignment New-ManagementScope Remove-DistributionGroup Remove-DistributionGroupMember
  Remove-DynamicDistributionGroup Remove-Mailbox Remove-MailboxPermission Remove-ManagementRoleAssignment
  Remove-ManagementScope Set-CASMailbox Set-DistributionGroup Set-DynamicDistributionGroup Set-Mailbox
  Set-ManagementRoleAssignment Set-ManagementScope Set-OrganizationConfig Set-TransportConfig Set-User`

/** The account and the domain controller with which it is read there. */
const readThere = `
  Get-CASMailbox Get-DistributionGroup Get-DistributionGroupMember Get-DynamicDistributionGroup Get-Mailbox
  Get-MailboxPermission Get-Recipient Get-User`

const policies = 'New-AuthenticationPolicy Set-AuthenticationPolicy'

/** docs/reference/exchange-admin.md §4: the protocols for which Exchange on premises has its own switches. */
const switches = ['ActiveSync', 'Autodiscover', 'Imap', 'Mapi', 'OfflineAddressBook', 'Pop', 'Rpc', 'WebServices']

/** By parameter: what it takes, and whose it is. */
const table: Readonly<Record<string, readonly [type: ParameterType<unknown>, cmdlets: string]>> = {
  DomainController: [text, domainController],
  ReadFromDomainController: [switched, readThere],
  Credential: [anything, readThere],
  Identity: [text, 'Get-TransportConfig Set-TransportConfig'],
  Instance: [anything, 'Add-MailboxPermission'],
  ...Object.fromEntries(
    switches.flatMap((protocol) => [
      [`BlockLegacyAuth${protocol}`, [switched, policies]],
      [`BlockModernAuth${protocol}`, [switched, policies]],
    ]),
  ),
}

/**
 * docs/reference/exchange-admin.md §0: parameters that the reference has for Exchange on premises only are accepted
 * without effect. Parameters that would select objects, by server or database, are refused, because the result would
 * then hold more than was requested.
 */
export const onPremisesParameters: ReadonlyMap<string, CmdletParameters> = byCmdlet()

function byCmdlet(): ReadonlyMap<string, CmdletParameters> {
  const found = new Map<string, Record<string, Parameter>>()
  for (const [name, [type, cmdlets]] of Object.entries(table)) {
    for (const cmdlet of cmdlets.trim().split(/\s+/)) {
      found.set(cmdlet, { ...found.get(cmdlet), [name]: optional(type, NO_EFFECT) })
    }
  }
  return found
}
