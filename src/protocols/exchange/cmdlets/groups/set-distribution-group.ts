import { setDistributionGroup as declaration } from '../../../../cmdlets/exchange/groups/set-distribution-group.ts'
import { command } from '../../command.ts'
import { findGroup } from '../../find.ts'
import { deliverySettings } from './delivery-settings.ts'

export const setDistributionGroup = command({
  declaration,
  role: 'Mail Recipients',
  async run(context, given) {
    const { guid } = await findGroup(context, given.Identity)
    await context.directory.groups.update(context.tenant.id, guid, {
      settings: await deliverySettings(context, given),
      ...(given.Name !== undefined && { name: given.Name }),
      ...(given.Alias !== undefined && { alias: given.Alias }),
      ...(given.DisplayName !== undefined && { displayName: given.DisplayName }),
      ...(given.PrimarySmtpAddress !== undefined && { primarySmtpAddress: given.PrimarySmtpAddress }),
      ...(given.EmailAddresses !== undefined && { emailAddresses: given.EmailAddresses }),
      ...(given.HiddenFromAddressListsEnabled !== undefined && {
        hiddenFromAddressLists: given.HiddenFromAddressListsEnabled,
      }),
    })
    return []
  },
})
