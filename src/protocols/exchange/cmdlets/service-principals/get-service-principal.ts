import { getServicePrincipal as declaration } from '../../../../cmdlets/exchange/service-principals/get-service-principal.ts'
import { command } from '../../command.ts'
import { findServicePrincipal } from '../../find.ts'
import { servicePrincipalOutput } from '../../objects/service-principal.ts'

export const getServicePrincipal = command({
  declaration,
  role: 'Role Management',
  async run(context, given) {
    const { directory, tenant } = context
    const found =
      given.Identity === undefined
        ? await directory.exchange.all(tenant.id)
        : [await findServicePrincipal(context, given.Identity)]
    return found.map((principal) => servicePrincipalOutput(tenant, principal))
  },
})
