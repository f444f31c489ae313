import { directoryFor, onRecord, shownValue } from '../../access/records/on-record.ts'
import type { Access, Caller } from '../../access/types.ts'
import { bindJson } from '../../cmdlets/bind.ts'
import { changes } from '../../cmdlets/cmdlet.ts'
import { bearerOf, type HttpAnswer, type HttpRequest } from '../../core/http.ts'
import { Refusal, refuse } from '../../core/refusal.ts'
import type { World } from '../../core/world.ts'
import type { SignIns } from '../../domain/audit/types.ts'
import type { AuditCommand, AuditRefusal, Directory } from '../../domain/directory/types.ts'
import type { AuditSearches } from './audit-log/searches.ts'
import { commandsOf } from './authorization.ts'
import { checkedInput, type CmdletInput, inputOf } from './cmdlet-input.ts'
import { commands } from './cmdlets/index.ts'
import type { CmdletRunner, Mailboxes, UnknownServicePrincipal } from './command.ts'
import { envelope } from './envelope.ts'
import { commandNotFound, errorOf } from './failure.ts'
import type { Listing } from './listing.ts'
import type { TraceQueries } from './message-trace/trace-filter.ts'
import { type Output, written } from './objects/output.ts'
import { nextLink, rangeOf, type RequestedPage, requestedPage } from './paging.ts'
import type { SerialScans } from './serial-scans.ts'
import { type Administrator, asAdministrator, managementRolesOf } from '../../access/admin/decide.ts'

export interface ExchangeDeps {
  readonly access: Access
  readonly directory: Directory
  readonly mail: Mailboxes
  readonly auditSearches: AuditSearches
  readonly serialScans: SerialScans
  readonly traceQueries: TraceQueries
  readonly signIns: Pick<SignIns, 'lastActivity'>
  readonly world: World
  readonly unknownServicePrincipal: UnknownServicePrincipal
}

/** docs/reference/exchange-admin.md §3: the default number of objects in a result. */
const DEFAULT_RESULT_SIZE = 1000

/** A request for a cmdlet, parsed. */
export interface CmdletRequest {
  readonly input: CmdletInput
  readonly page: RequestedPage
}

export const cmdletRequest = (request: HttpRequest, input: CmdletInput): CmdletRequest => ({
  input,
  page: requestedPage(request),
})

/** Who calls, by the token and the tenant in the path. */
export async function callerOf({ access, directory }: ExchangeDeps, request: HttpRequest): Promise<Administrator> {
  const caller = await access.authorize({
    bearer: bearerOf(request),
    authorization: request.headers.authorization,
    api: 'exchange',
    tenant: request.params.tenant ?? '',
    from: request.from,
  })
  return asAdministrator(directory, caller)
}

/** `POST …/InvokeCommand`, first page or a following one. */
export async function invokeCommand(
  deps: ExchangeDeps,
  request: HttpRequest,
  caller: Administrator,
): Promise<HttpAnswer> {
  return invokedBy(deps, request, caller, cmdletRequest(request, inputOf(request.body)))
}

/** `GET …/InvokeCommand?$skiptoken=…`: a following page. */
export async function continueCommand(
  deps: ExchangeDeps,
  request: HttpRequest,
  caller: Administrator,
): Promise<HttpAnswer> {
  const page = requestedPage(request)
  if (!page.follows) refuse('bad-syntax', 'A command is invoked by POST.')
  const input = checkedInput(page.input)
  if (changes({ name: input.CmdletName })) refuse('bad-syntax', 'A command is invoked by POST.')
  return invokedBy(deps, request, caller, { input, page })
}

/** Runs the named cmdlet if the endpoint has it and the caller may use it. */
export async function invokedBy(
  deps: ExchangeDeps,
  request: HttpRequest,
  caller: Administrator,
  { input, page }: CmdletRequest,
  offered: (caller: Administrator) => readonly CmdletRunner[] = commandsOf,
): Promise<HttpAnswer> {
  const named = { caller, name: input.CmdletName, from: request.from }
  const found = (): CmdletRunner => commandNamed(offered(caller), input.CmdletName)
  // Elsewhere other permissions count, and not every cmdlet is there.
  const command = offered === commandsOf ? await permitted(deps.access, named, found) : found()
  const { outputs, warnings, limit, began } = await performed(deps, request, caller, { command, input, page })
  const { from, to, more } = rangeOf(page, Math.min(limit, outputs.length))
  if (more && page.size === undefined) warnings.push(MORE_PAGES)
  const selected = selectedBy(request)
  return envelope(request, deps.world, {
    value: (await outputs.slice(from, to)).map((output) => written(output, selected)),
    warnings,
    next: more ? nextLink(request, { skip: to, began, input }) : undefined,
  })
}

interface Performed {
  readonly outputs: Listing<Output>
  readonly warnings: string[]
  /** How many of them are wanted. */
  readonly limit: number
  /** The time of the request for the first page. */
  readonly began: number
}

/** Binds, runs, and leaves the line in the log. */
export async function performed(
  deps: ExchangeDeps,
  request: HttpRequest,
  caller: Administrator,
  { command, input, page }: { command: CmdletRunner; input: Pick<CmdletInput, 'Parameters'>; page: RequestedPage },
): Promise<Performed> {
  const { values, whatIf } = bindJson(command.declaration, input.Parameters)
  const warnings = request.headers['x-responseformat']?.trim().toLowerCase() === 'clixml' ? [ONLY_JSON] : []
  const began = page.began ?? deps.world.now()
  if (whatIf) return { outputs: [], warnings, limit: 0, began }
  const tenant = (await deps.directory.tenants.find(caller.tenant)) ?? refuse('not-signed-in', 'The tenant is gone.')
  const context = {
    mail: deps.mail,
    auditSearches: deps.auditSearches,
    signIns: deps.signIns,
    traceQueries: deps.traceQueries,
    world: deps.world,
    holds: managementRolesOf(caller),
    commands,
    unknownServicePrincipal: deps.unknownServicePrincipal,
    tenant,
    caller,
    again: page.follows,
    began,
    warn: (text: string) => void warnings.push(text),
  }
  const by = { directory: deps.directory, request, caller }
  const run = () => audited(by, { command, values }, (directory) => command.run({ ...context, directory }, values))
  const one = typeof values.Identity === 'string' && !values.Identity.includes('*')
  const scansStore = !one && !changes(command.declaration)
  const outputs = await (scansStore ? deps.serialScans.run(caller.tenant, run) : run())
  warnings.push(...nothingModified(command, values))
  // docs/reference/exchange-admin.md §8: Get-MessageTrace calls it PageSize.
  const limit = Number(values.ResultSize ?? values.PageSize ?? DEFAULT_RESULT_SIZE)
  if (values.ResultSize === undefined && outputs.length > limit) warnings.push(CUT_SHORT)
  return { outputs, warnings, limit, began }
}

/** The names in `$select`; undefined without any, or with `*`. */
export function selectedBy({ query }: HttpRequest): readonly string[] | undefined {
  const names = (query.get('$select') ?? '').split(',').flatMap((name) => name.trim() || [])
  return names.length === 0 || names.includes('*') ? undefined : names
}

const ONLY_JSON = 'The answer is JSON: clixml, which X-ResponseFormat asks for, is not written here.'
const MORE_PAGES = 'There are more results than fit this page: follow @odata.nextLink, or ask for larger pages.'
const CUT_SHORT = `Only the first ${DEFAULT_RESULT_SIZE} results are returned. Use ResultSize to ask for more, or for Unlimited.`

export const commandNamed = (offered: readonly CmdletRunner[], name: string): CmdletRunner =>
  offered.find(({ declaration }) => declaration.name.toLowerCase() === name.toLowerCase()) ??
  commandNotFound(name.slice(0, 100))

/** Parameters that say how a command runs, and set nothing. */
const manner: ReadonlySet<string> = new Set(['BypassSecurityGroupManagerCheck', 'Force', 'ForceUpgrade', 'Identity'])

/** The warning of a Set- cmdlet that was given an identity and no setting. */
const nothingModified = (
  { declaration }: Pick<CmdletRunner, 'declaration'>,
  values: Readonly<Record<string, unknown>>,
): readonly string[] =>
  declaration.name.startsWith('Set-') &&
  typeof values.Identity === 'string' &&
  Object.keys(values).every((name) => manner.has(name))
    ? [`The command completed successfully but no settings of '${values.Identity}' have been modified.`]
    : []

/**
 * Returns the cmdlet that the caller names, as `found` finds it among those that they may run. Records the refusal of
 * an existing cmdlet: the reply to the caller does not say which right is missing.
 */
async function permitted(
  access: Pick<Access, 'unpermitted'>,
  { caller, name, from }: { readonly caller: Caller; readonly name: string; readonly from: string },
  found: () => CmdletRunner,
): Promise<CmdletRunner> {
  try {
    return found()
  } catch (thrown) {
    const known = commands.find(({ declaration }) => declaration.name.toLowerCase() === name.toLowerCase())
    if (thrown instanceof Refusal && known) {
      const { status, code, text } = errorOf(thrown)
      await access.unpermitted({ caller, from, cmdlet: known.declaration.name, wire: `${status} ${code}: ${text}` })
    }
    throw thrown
  }
}

/** The cmdlet and its parameters for the records: long values are cut, secrets left out. */
const commandGiven = (
  { declaration: { name, parameters } }: CmdletRunner,
  values: Readonly<Record<string, unknown>>,
): AuditCommand => ({
  name,
  parameters: Object.entries(values).map(([parameter, value]) => ({
    name: parameter,
    value: parameters[parameter]?.type.secret ? '(secret)' : shownValue(value),
  })),
})

/**
 * Runs a cmdlet and leaves one line about it in the log, whatever the outcome; one that changes something is in the
 * audit too.
 */
async function audited<T>(
  { directory, request, caller }: { directory: Directory; request: HttpRequest; caller: Caller },
  { command, values }: { command: CmdletRunner; values: Readonly<Record<string, unknown>> },
  run: (directory: Directory) => Promise<T>,
): Promise<T> {
  const given = commandGiven(command, values)
  const recorded = { directory, request, caller, command: given, refusalOf }
  const tell = (outcome: string) =>
    request.log.info(
      {
        cmdlet: given.name,
        parameters: Object.fromEntries(given.parameters.map(({ name, value }) => [name, value])),
        app: caller.appId,
        ...(caller.kind === 'user' && { user: caller.user.id }),
        tenant: caller.tenant,
        outcome,
      },
      'cmdlet',
    )
  try {
    const result = await (changes(given) ? onRecord(recorded, run) : run(directoryFor(recorded)))
    tell('done')
    return result
  } catch (thrown) {
    tell(thrown instanceof Refusal ? thrown.reason : 'failed')
    throw thrown
  }
}

function refusalOf(thrown: unknown): AuditRefusal {
  const { id, type, text } = errorOf(thrown)
  return { refused: text, error: `${id}|${type}` }
}
