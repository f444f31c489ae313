import type { Caller } from '../../access/types.ts'
import { commonParameters } from '../../cmdlets/cmdlet.ts'
import type { HttpAnswer, HttpRequest } from '../../core/http.ts'
import { refuse } from '../../core/refusal.ts'
import { commandsByRole } from './authorization.ts'
import { inputOf } from './cmdlet-input.ts'
import { cmdletRequest, type ExchangeDeps, invokedBy } from './invoke-command.ts'
import { noSuchContainer, wrongParameters } from './failure.ts'
import { type Administrator, hasPermission, neededPermission } from '../../access/admin/decide.ts'

/** Which parameters of a cmdlet an endpoint takes. */
type Taken = 'all' | readonly string[]

/**
 * docs/reference/exchange-admin.md §9.6, as far as there are cmdlets here: each endpoint takes its own and no others.
 */
const endpoints: Readonly<Record<string, Readonly<Record<string, Taken>>>> = {
  accepteddomain: { 'get-accepteddomain': 'all' },
  mailbox: { 'get-mailbox': 'all', 'set-mailbox': ['identity', 'grantsendonbehalfto'] },
  dynamicdistributiongroupmember: { 'get-dynamicdistributiongroupmember': 'all' },
  organizationconfig: { 'get-organizationconfig': 'all' },
  distributiongroupmember: {
    'get-distributiongroupmember': 'all',
    'add-distributiongroupmember': 'all',
    'remove-distributiongroupmember': 'all',
  },
}

/** `POST …/adminapi/v2.0/{tenant}/{endpoint}`, first page or a following one. */
export async function invokeAtEndpoint(
  deps: ExchangeDeps,
  request: HttpRequest,
  caller: Administrator,
): Promise<HttpAnswer> {
  assertPermitted(caller)
  const named = request.params.endpoint?.toLowerCase() ?? ''
  const endpoint = Object.hasOwn(endpoints, named) ? endpoints[named]! : noSuchContainer()
  const input = inputOf(request.body)
  const cmdlet = input.CmdletName.toLowerCase()
  assertTaken(Object.hasOwn(endpoint, cmdlet) ? endpoint[cmdlet]! : [], input.Parameters)
  return invokedBy(deps, request, caller, cmdletRequest(request, input), (by) =>
    commandsByRole(by).filter(({ declaration }) => Object.hasOwn(endpoint, declaration.name.toLowerCase())),
  )
}

function assertPermitted(caller: Caller): void {
  if (hasPermission('useAdminApi', caller)) return
  const needed = neededPermission('useAdminApi', caller.kind)
  refuse('not-allowed', `The application ${caller.appId} does not hold the permission ${needed}.`)
}

const everywhere = Object.keys(commonParameters).map((name) => name.toLowerCase())

/** Binding refuses the parameters that the cmdlet does not have. */
function assertTaken(taken: Taken, given: Readonly<Record<string, unknown>>): void {
  if (taken === 'all' || taken.length === 0) return
  for (const name of Object.keys(given)) {
    const own = name.toLowerCase()
    if (!name.startsWith('@') && !taken.includes(own) && !everywhere.includes(own)) {
      wrongParameters(`The parameter '${name.slice(0, 64)}' is not taken at this endpoint.`)
    }
  }
}
