import { newMailbox as declaration } from '../../../../cmdlets/exchange/mailboxes/new-mailbox.ts'
import type { ValuesOf } from '../../../../cmdlets/cmdlet.ts'
import type { NewMailbox, RecipientType, Tenant } from '../../../../domain/directory/types.ts'
import { aliasFrom } from './alias.ts'
import { command } from '../../command.ts'
import { mailboxOutputs } from './mailbox-outputs.ts'
import { domainOf } from '../../objects/metadata.ts'
import { wrongParameters } from '../../refusals.ts'

type Given = ValuesOf<(typeof declaration)['parameters']>

export const newMailbox = command({
  declaration,
  role: 'Mail Recipients',
  async run(context, given) {
    const { directory, tenant } = context
    return mailboxOutputs(context, [await directory.mailboxes.create(tenant.id, asked(tenant, given))])
  },
})

function asked(tenant: Tenant, given: Given): NewMailbox {
  const type = typeOf(given)
  const userPrincipalName = given.MicrosoftOnlineServicesID
  const alias = given.Alias ?? aliasFrom(userPrincipalName?.split('@')[0] ?? given.Name)
  const ownAddress = userPrincipalName ?? `${alias}@${domainOf(tenant)}`
  const primarySmtpAddress = given.PrimarySmtpAddress ?? ownAddress
  return {
    name: given.Name,
    alias,
    displayName: given.DisplayName ?? given.Name,
    primarySmtpAddress,
    userPrincipalName: userPrincipalName ?? primarySmtpAddress,
    type,
    ...(given.Password === undefined ? {} : { password: given.Password }),
    ...(given.FirstName === undefined ? {} : { firstName: given.FirstName }),
    ...(given.LastName === undefined ? {} : { lastName: given.LastName }),
  }
}

/** contract/exchange-admin §3.1: exactly one of the parameter sets. */
function typeOf(given: Given): RecipientType {
  const sets: [boolean, RecipientType][] = [
    [given.Shared === true, 'SharedMailbox'],
    [given.Room === true, 'RoomMailbox'],
    [given.Equipment === true, 'EquipmentMailbox'],
    [given.MicrosoftOnlineServicesID !== undefined, 'UserMailbox'],
  ]
  const [chosen, ...others] = sets.filter(([named]) => named)
  if (!chosen || others.length > 0) {
    return wrongParameters('New-Mailbox needs one of -Shared, -Room, -Equipment and -MicrosoftOnlineServicesID.')
  }
  if (chosen[1] === 'UserMailbox' && !given.Password) {
    return wrongParameters("New-Mailbox needs -Password for a user's mailbox.")
  }
  return chosen[1]
}
