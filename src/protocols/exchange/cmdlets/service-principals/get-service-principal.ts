import { getServicePrincipal as declaration } from '../../../../cmdlets/exchange/service-principals/get-service-principal.ts'
import type { ExchangeServicePrincipal } from '../../../../domain/directory/types.ts'
import { command, type Context } from '../../command.ts'
import { servicePrincipalOutput } from '../../objects/service-principal.ts'
import { notFound } from '../../refusals.ts'

export const getServicePrincipal = command({
  declaration,
  role: 'Role Management',
  async run(context, given) {
    const found = await chosen(context, given.Identity)
    return found.map((principal) => servicePrincipalOutput(context.tenant, principal))
  },
})

async function chosen(context: Context, named: string | undefined): Promise<readonly ExchangeServicePrincipal[]> {
  const { directory, tenant, unknownServicePrincipal } = context
  if (named === undefined) return directory.exchange.all(tenant.id)
  const found = await directory.exchange.find(tenant.id, named)
  if (found) return [found]
  return unknownServicePrincipal === 'all' ? directory.exchange.all(tenant.id) : notFound(tenant, named)
}
