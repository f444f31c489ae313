import type { Access } from '../../access/types.ts'
import { bindJson } from '../../cmdlets/bind.ts'
import { changes } from '../../cmdlets/cmdlet.ts'
import { bearerOf, type HttpAnswer, type HttpRequest } from '../../core/http.ts'
import { refuse } from '../../core/refusal.ts'
import type { World } from '../../core/world.ts'
import type { SignIns } from '../../domain/audit/types.ts'
import type { Directory } from '../../domain/directory/types.ts'
import { audited } from './audit.ts'
import type { AuditSearches } from './audit-log/searches.ts'
import { type Administrator, commandsOf, rolesHeldBy } from './authorization.ts'
import { commands } from './cmdlets/index.ts'
import { checkedInput, type CmdletInput, inputOf } from './cmdlet-input.ts'
import type { Command, Mailboxes, UnknownServicePrincipal } from './command.ts'
import { directoryRole } from './directory-roles.ts'
import { envelope } from './envelope.ts'
import type { TraceQueries } from './message-trace/queries.ts'
import type { Listing } from './listing.ts'
import type { SerialScans } from './serial-scans.ts'
import { nothingModified } from './nothing-modified.ts'
import { type Output, written } from './objects/output.ts'
import { continuation, nextLink, pageOf, preferredPage } from './paging.ts'
import { commandNotFound } from './refusals.ts'
import { rolesByGroups } from './role-groups.ts'
import { permitted } from './unpermitted.ts'

export interface ExchangeDeps {
  readonly access: Access
  readonly directory: Directory
  readonly mail: Mailboxes
  readonly auditSearches: AuditSearches
  readonly longLooks: SerialScans
  readonly traceQueries: TraceQueries
  readonly signIns: Pick<SignIns, 'lastActivity'>
  readonly world: World
  readonly unknownServicePrincipal: UnknownServicePrincipal
}

/** contract/exchange-admin §3: how many objects are put out when nobody says. */
const DEFAULT_RESULT_SIZE = 1000

/** Who calls, by the token and the tenant in the path. */
export async function callerOf({ access, directory }: ExchangeDeps, request: HttpRequest): Promise<Administrator> {
  const caller = await access.authorize({
    bearer: bearerOf(request),
    api: 'exchange',
    tenant: request.params.tenant ?? '',
    from: request.from,
  })
  return { ...caller, managementRoles: await rolesByGroups(directory, caller) }
}

/** `POST …/InvokeCommand`, first page or a following one. */
export async function invokeCommand(
  deps: ExchangeDeps,
  request: HttpRequest,
  caller: Administrator,
): Promise<HttpAnswer> {
  return invokedBy(deps, request, caller, inputOf(request.body))
}

/** `GET …/InvokeCommand?$skiptoken=…`: a following page. */
export async function continueCommand(
  deps: ExchangeDeps,
  request: HttpRequest,
  caller: Administrator,
): Promise<HttpAnswer> {
  const following = continuation(request) ?? refuse('bad-syntax', 'A command is invoked by POST.')
  const input = checkedInput(following.input)
  if (changes({ name: input.CmdletName })) refuse('bad-syntax', 'A command is invoked by POST.')
  return invokedBy(deps, request, caller, input)
}

/** Runs what the caller names, if it is among those that the caller may use and that there are at this place. */
export async function invokedBy(
  deps: ExchangeDeps,
  request: HttpRequest,
  caller: Administrator,
  input: CmdletInput,
  offered: (caller: Administrator) => readonly Command[] = commandsOf,
): Promise<HttpAnswer> {
  const named = { caller, name: input.CmdletName, from: request.from }
  const found = (): Command => commandNamed(offered(caller), input.CmdletName)
  // Elsewhere other permissions count, and not every cmdlet is there.
  const command = offered === commandsOf ? await permitted(deps.access, named, found) : found()
  const { outputs, warnings, limit, began } = await performed(deps, request, caller, { command, input })
  const page = pageOf(request, Math.min(limit, outputs.length))
  if (page.more && preferredPage(request) === undefined) warnings.push(MORE_PAGES)
  const selected = selectedBy(request)
  return envelope(request, deps.world, {
    value: (await outputs.slice(page.from, page.to)).map((output) => written(output, selected)),
    warnings,
    next: page.more ? nextLink(request, { skip: page.to, began, input }) : undefined,
  })
}

interface Performed {
  readonly outputs: Listing<Output>
  readonly warnings: string[]
  /** How many of them are wanted. */
  readonly limit: number
  /** When the first page of them was asked for. */
  readonly began: number
}

/** Binds, runs, and leaves the line in the log. */
export async function performed(
  deps: ExchangeDeps,
  request: HttpRequest,
  caller: Administrator,
  { command, input }: { command: Command; input: Pick<CmdletInput, 'Parameters'> },
): Promise<Performed> {
  const { values, whatIf } = bindJson(command.declaration, input.Parameters)
  const warnings = request.headers['x-responseformat']?.trim().toLowerCase() === 'clixml' ? [ONLY_JSON] : []
  const following = continuation(request)
  const began = following?.began ?? deps.world.now()
  if (whatIf) return { outputs: [], warnings, limit: 0, began }
  const tenant = (await deps.directory.tenants.find(caller.tenant)) ?? refuse('not-signed-in', 'The tenant is gone.')
  const context = {
    mail: deps.mail,
    auditSearches: deps.auditSearches,
    signIns: deps.signIns,
    traceQueries: deps.traceQueries,
    world: deps.world,
    holds: rolesHeldBy(caller),
    commands,
    unknownServicePrincipal: deps.unknownServicePrincipal,
    tenant,
    globally: caller.directoryRoles.has(directoryRole.globalAdministrator),
    again: following !== undefined,
    began,
    warn: (text: string) => void warnings.push(text),
  }
  const by = { directory: deps.directory, request, caller }
  const run = () => audited(by, { command, values }, (directory) => command.run({ ...context, directory }, values))
  const one = typeof values.Identity === 'string' && !values.Identity.includes('*')
  const looksThrough = !one && !changes(command.declaration)
  const outputs = await (looksThrough ? deps.longLooks.run(caller.tenant, run) : run())
  warnings.push(...nothingModified(command, values))
  // contract/exchange-admin §8: Get-MessageTrace calls it PageSize.
  const limit = Number(values.ResultSize ?? values.PageSize ?? DEFAULT_RESULT_SIZE)
  if (values.ResultSize === undefined && outputs.length > limit) warnings.push(CUT_SHORT)
  return { outputs, warnings, limit, began }
}

/** The names in `$select`; undefined where there is none, or all are meant. */
export function selectedBy({ query }: HttpRequest): readonly string[] | undefined {
  const names = (query.get('$select') ?? '').split(',').flatMap((name) => name.trim() || [])
  return names.length === 0 || names.includes('*') ? undefined : names
}

const ONLY_JSON = 'The answer is JSON: clixml, which X-ResponseFormat asks for, is not written here.'
const MORE_PAGES = 'There are more results than fit this page: follow @odata.nextLink, or ask for larger pages.'
const CUT_SHORT = `Only the first ${DEFAULT_RESULT_SIZE} results are returned. Use ResultSize to ask for more, or for Unlimited.`

export const commandNamed = (offered: readonly Command[], name: string): Command =>
  offered.find(({ declaration }) => declaration.name.toLowerCase() === name.toLowerCase()) ??
  commandNotFound(name.slice(0, 100))
