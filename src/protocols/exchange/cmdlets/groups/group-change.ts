import type { ValuesOf } from '../../../../cmdlets/cmdlet.ts'
import { groupDelivery, groupLimits } from '../../../../cmdlets/exchange/delivery-parameters.ts'
import type { setDistributionGroup } from '../../../../cmdlets/exchange/distribution-groups.ts'
import type { GroupChange } from '../../../../domain/directory/types.ts'
import type { CmdletContext } from '../../command.ts'
import { limitsFrom, senderSettings, settingsChangeFrom } from '../../sender-settings.ts'

type GroupChangeParameters = Omit<ValuesOf<(typeof setDistributionGroup)['parameters']>, 'Identity'>

/** The parameters that groups of both kinds have. */
export const groupChange = async (context: CmdletContext, given: GroupChangeParameters): Promise<GroupChange> => ({
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
