import { newServicePrincipal as declaration } from '../../../../cmdlets/exchange/service-principals/new-service-principal.ts'
import { command } from '../../command.ts'
import { servicePrincipalOutput } from '../../objects/service-principal.ts'

/** contract/exchange-admin §1: whatever ObjectId is given is believed; sign-in finds out. */
export const newServicePrincipal = command({
  declaration,
  role: 'Role Management',
  async run({ directory, tenant }, given) {
    const principal = await directory.exchange.create(tenant.id, {
      appId: given.AppId,
      objectId: given.ObjectId,
      ...(given.DisplayName === undefined ? {} : { displayName: given.DisplayName }),
    })
    return [servicePrincipalOutput(tenant, principal)]
  },
})
