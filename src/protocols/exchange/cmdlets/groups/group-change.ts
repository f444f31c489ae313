import type { ValuesOf } from '../../../../cmdlets/cmdlet.ts'
import { groupDelivery, groupLimits } from '../../../../cmdlets/exchange/delivery-parameters.ts'
import type { setDistributionGroup } from '../../../../cmdlets/exchange/distribution-groups.ts'
import type { GroupChange } from '../../../../domain/directory/types.ts'
import type { Context } from '../../command.ts'
import { limitsGiven, senderSettings, settingsGiven } from '../../sender-settings.ts'

type Given = Omit<ValuesOf<(typeof setDistributionGroup)['parameters']>, 'Identity'>

/** What is given for a group of either kind. */
export const groupChange = async (context: Context, given: Given): Promise<GroupChange> => ({
  settings: {
    ...(await senderSettings(context, given)),
    ...settingsGiven(groupDelivery, given),
    ...limitsGiven(groupLimits, given),
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
