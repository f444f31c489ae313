import type { Access, Caller } from '../../access/types.ts'
import { bearerOf, type HttpRequest } from '../../core/http.ts'
import { refuse } from '../../core/refusal.ts'

const GLOBAL_ADMINISTRATOR = '62e90394-69f5-4237-9190-012177145e10'
const EXCHANGE_ADMINISTRATOR = '29232cdf-9323-42fd-ade2-1d097af3e4de'

/**
 * Who calls, by a token for Exchange. Refuses `not-allowed` unless it is an administrator: Exchange.ManageAsApp, and a
 * directory role over every mailbox.
 */
export async function administratorOf({ access }: { access: Access }, request: HttpRequest): Promise<Caller> {
  const { tenant } = request.params
  const caller = await access.authorize({
    bearer: bearerOf(request),
    api: 'exchange',
    ...(tenant === undefined ? {} : { tenant }),
    from: request.from,
  })
  const role = isGlobalAdministrator(caller) || caller.directoryRoles.has(EXCHANGE_ADMINISTRATOR)
  if (role && caller.roles.has('Exchange.ManageAsApp')) return caller
  return refuse('not-allowed', `The application ${caller.appId} is no administrator of this organization.`)
}

export const isGlobalAdministrator = (caller: Caller): boolean => caller.directoryRoles.has(GLOBAL_ADMINISTRATOR)
