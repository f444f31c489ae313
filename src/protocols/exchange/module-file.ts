import type { HttpAnswer, HttpRequest } from '../../core/http.ts'
import { commandsOf } from './authorization.ts'
import { envelope } from './envelope.ts'
import type { ExchangeDeps } from './invoke-command.ts'
import { type Administrator } from '../../access/admin/decide.ts'

/** docs/reference/exchange-admin.md §9.5: which cmdlets this caller may use. */
export async function moduleFile(deps: ExchangeDeps, request: HttpRequest, caller: Administrator): Promise<HttpAnswer> {
  const exportedCmdlets = commandsOf(caller).map(({ declaration }) => declaration.name)
  return envelope(request, deps.world, { value: [{ exportedCmdlets }] })
}

/**
 * docs/reference/exchange-admin.md §9.5: what the module shows when it has connected. There is no other server to go
 * to.
 */
export async function banner(deps: ExchangeDeps, request: HttpRequest, caller: Administrator): Promise<HttpAnswer> {
  commandsOf(caller)
  return envelope(request, deps.world, { value: [] })
}
