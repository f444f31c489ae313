import { actorOf } from '../../access/actor.ts'
import { bindJson } from '../../cmdlets/bind.ts'
import { changes } from '../../cmdlets/cmdlet.ts'
import { bearerOf, type HttpAnswer, type HttpRequest } from '../../core/http.ts'
import { guid } from '../../core/ids.ts'
import { refuse } from '../../core/refusal.ts'
import type { World } from '../../core/world.ts'
import type { Access, Caller } from '../../access/types.ts'
import type { Directory } from '../../domain/directory/types.ts'
import { audited } from './audit.ts'
import { commandsOf } from './authorization.ts'
import { checkedInput, type CmdletInput, inputOf } from './cmdlet-input.ts'
import type { Command, Mailboxes } from './command.ts'
import { envelope } from './envelope.ts'
import { written } from './objects/output.ts'
import { continuation, nextLink, pageSize, preferredPage } from './paging.ts'
import { commandNotFound } from './refusals.ts'

export interface ExchangeDeps {
  readonly access: Access
  readonly directory: Directory
  readonly mail: Mailboxes
  readonly world: World
}

/** contract/exchange-admin §3: how many objects are put out when nobody says. */
const DEFAULT_RESULT_SIZE = 1000

/** Who calls, by the token and the tenant in the path. */
export const callerOf = ({ access }: ExchangeDeps, request: HttpRequest): Promise<Caller> =>
  access.authorize({
    bearer: bearerOf(request),
    api: 'exchange',
    tenant: request.params.tenant ?? '',
    from: request.from,
  })

/** `POST …/InvokeCommand`, first page or a following one. */
export async function invokeCommand(deps: ExchangeDeps, request: HttpRequest): Promise<HttpAnswer> {
  const caller = await callerOf(deps, request)
  return answer(deps, request, caller, inputOf(request.body))
}

/** `GET …/InvokeCommand?$skiptoken=…`: a following page. */
export async function continueCommand(deps: ExchangeDeps, request: HttpRequest): Promise<HttpAnswer> {
  const caller = await callerOf(deps, request)
  const following = continuation(request) ?? refuse('bad-syntax', 'A command is invoked by POST.')
  return answer(deps, request, caller, checkedInput(following.input))
}

async function answer(
  deps: ExchangeDeps,
  request: HttpRequest,
  caller: Caller,
  input: CmdletInput,
): Promise<HttpAnswer> {
  const command = commandNamed(caller, input.CmdletName)
  if (request.method === 'GET' && changes(command.declaration)) refuse('bad-syntax', 'A command is invoked by POST.')
  const { values, whatIf } = bindJson(command.declaration, input.Parameters)
  if (whatIf) return envelope(request, deps.world, { value: [] })

  const tenant = (await deps.directory.tenants.find(caller.tenant)) ?? refuse('not-signed-in', 'The tenant is gone.')
  const warnings: string[] = []
  const context = {
    directory: deps.directory.by(actorOf(caller), guid(request.id)),
    mail: deps.mail,
    tenant,
    warn: (text: string) => void warnings.push(text),
  }
  const outputs = await audited(request, caller, { command, values }, () => command.run(context, values))

  const limit = Number(values.ResultSize ?? DEFAULT_RESULT_SIZE)
  const skip = continuation(request)?.skip ?? 0
  const end = Math.min(skip + pageSize(request), limit, outputs.length)
  const more = end < Math.min(limit, outputs.length)
  if (more && preferredPage(request) === undefined) warnings.push(MORE_PAGES)
  if (!more && values.ResultSize === undefined && outputs.length > limit) warnings.push(CUT_SHORT)
  const selected = request.query
    .get('$select')
    ?.split(',')
    .map((name) => name.trim())
  return envelope(request, deps.world, {
    value: outputs.slice(skip, end).map((output) => written(output, selected)),
    warnings,
    next: more ? nextLink(request, { skip: end, input }) : undefined,
  })
}

const MORE_PAGES = 'There are more results than fit this page: follow @odata.nextLink, or ask for larger pages.'
const CUT_SHORT = `Only the first ${DEFAULT_RESULT_SIZE} results are returned. Use ResultSize to ask for more, or for Unlimited.`

const commandNamed = (caller: Caller, name: string): Command =>
  commandsOf(caller).find(({ declaration }) => declaration.name.toLowerCase() === name.toLowerCase()) ??
  commandNotFound(name.slice(0, 100))
