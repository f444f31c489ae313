import { setTransportConfig as declaration } from '../../../../cmdlets/exchange/organization/set-transport-config.ts'
import { transportParameters } from '../../../../cmdlets/exchange/organization/transport-parameters.ts'
import { command } from '../../command.ts'
import { settingsGiven } from '../../settings-given.ts'

export const setTransportConfig = command({
  declaration,
  role: 'Organization Transport Settings',
  async run({ directory, tenant }, given) {
    const change = settingsGiven(transportParameters, given)
    if (change) await directory.organization.changeTransport(tenant.id, change)
    return []
  },
})
