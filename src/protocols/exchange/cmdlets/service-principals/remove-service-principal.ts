import { removeServicePrincipal as declaration } from '../../../../cmdlets/exchange/service-principals/remove-service-principal.ts'
import { command } from '../../command.ts'
import { findServicePrincipal } from '../../find.ts'

export const removeServicePrincipal = command({
  declaration,
  role: 'Role Management',
  async run(context, given) {
    const principal = await findServicePrincipal(context, given.Identity)
    await context.directory.exchange.remove(context.tenant.id, principal.guid)
    return []
  },
})
