import type { ExchangeCmdlet } from '../../../cmdlets/cmdlet.ts'
import type { Tenant } from '../../../domain/directory/types.ts'
import type { Role } from '../cmdlets/roles/roles.ts'
import { metadata } from './metadata.ts'
import type { Output } from './output.ts'

const SNAP_IN = 'Microsoft.Exchange.Management.PowerShell.E2010'

/** Roles of Exchange itself: every one stands at the root, and nobody can change it. */
export const roleOutput = (tenant: Tenant, { name, description, cmdlets }: Role): Output => ({
  Name: name,
  RoleType: name.replaceAll(/[^A-Za-z]/g, ''),
  Description: description,
  RoleEntries: cmdlets.map((cmdlet) =>
    [`(${SNAP_IN}) ${cmdlet.name}`, ...parametersOf(cmdlet).map((parameter) => `-${parameter}`)].join(' '),
  ),
  ImplicitRecipientReadScope: 'Organization',
  ImplicitRecipientWriteScope: 'Organization',
  ImplicitConfigReadScope: 'OrganizationConfig',
  ImplicitConfigWriteScope: 'OrganizationConfig',
  IsRootRole: true,
  IsEndUserRole: false,
  Parent: null,
  Identity: name,
  Id: name,
  ...metadata(tenant, { name, created: tenant.created, changed: tenant.created }),
  ObjectClass: ['top', 'msExchRole'],
})

export const roleEntryOutput = (role: Role, cmdlet: ExchangeCmdlet): Output => ({
  Name: cmdlet.name,
  Role: role.name,
  Parameters: parametersOf(cmdlet),
  Type: 'Cmdlet',
  PSSnapinName: SNAP_IN,
  Identity: `${role.name}\\${cmdlet.name}`,
  IsValid: true,
  ObjectState: 'Unchanged',
})

const parametersOf = ({ parameters }: ExchangeCmdlet): readonly string[] => Object.keys(parameters).toSorted()
