import type { Administrator } from '../../access/admin/decide.ts'
import { admittedAs } from '../../access/rights.ts'
import { bearerRoute, type HttpAnswer, type HttpRequest, type HttpService, type Verb } from '../../core/http.ts'
import type { MessageTraces } from '../../domain/audit/message-trace.ts'
import type { SignIns } from '../../domain/audit/types.ts'
import { invokeAtEndpoint } from './admin-api.ts'
import { auditSearches } from './audit-log/searches.ts'
import { commandsOf } from './authorization.ts'
import { runBatch } from './batch.ts'
import { readEntities, readRelated } from './entities/entity-sets.ts'
import { metadataDocument, serviceDocument } from './entities/metadata-document.ts'
import { envelope } from './envelope.ts'
import { failure } from './failure.ts'
import { callerOf, continueCommand, type ExchangeDeps, invokeCommand } from './invoke-command.ts'
import { traceQueries } from './message-trace/trace-filter.ts'
import { serialScans } from './serial-scans.ts'

const versions = ['beta', 'v1.0'] as const

/** The REST transport behind the Exchange Online module: docs/reference/exchange-admin.md §9. */
export function exchangeService(
  given: Omit<ExchangeDeps, 'auditSearches' | 'serialScans' | 'traceQueries'> & {
    readonly signIns: Pick<SignIns, 'lastActivity' | 'page'>
    readonly traces: Pick<MessageTraces, 'page'>
  },
): HttpService {
  const { directory, signIns, traces, world } = given
  const deps: ExchangeDeps = {
    ...given,
    auditSearches: auditSearches({ directory, signIns, world }),
    serialScans: serialScans(directory),
    traceQueries: traceQueries({ traces, world }),
  }
  type Run = (deps: ExchangeDeps, request: HttpRequest, caller: Administrator) => Promise<HttpAnswer>
  const route = (signature: `${Verb} /${string}`, run: Run) =>
    bearerRoute(
      signature,
      async (request) => admittedAs(await callerOf(deps, request)),
      (request, caller) => run(deps, request, caller),
    )
  return {
    name: 'exchange',
    routes: [
      route('POST /adminapi/v2.0/:tenant/:endpoint', invokeAtEndpoint),
      ...versions.flatMap((version) => [
        route(`POST /adminapi/${version}/:tenant/InvokeCommand`, invokeCommand),
        route(`GET /adminapi/${version}/:tenant/InvokeCommand`, continueCommand),
        route(`POST /adminapi/${version}/:tenant/$batch`, runBatch),
        route(`GET /adminapi/${version}/:tenant`, serviceDocument),
        route(`GET /adminapi/${version}/:tenant/$metadata`, metadataDocument),
        route(`GET /adminapi/${version}/:tenant/EXOModuleFile`, moduleFile),
        route(`GET /adminapi/${version}/:tenant/EXOBanner`, banner),
        route(`GET /adminapi/${version}/:tenant/:entity`, readEntities),
        route(`GET /adminapi/${version}/:tenant/:entity/:related`, readRelated),
      ]),
    ],
    owns: (path) => /^\/adminapi(\/|$)/i.test(path),
    // docs/reference/exchange-admin.md §9.5: the session that the module gives the banner has no part in it.
    rewrite: (url) => url.replace(/\/EXOBanner\('\w*'\)(?=\?|$)/i, '/EXOBanner'),
    failure,
  }
}

/** docs/reference/exchange-admin.md §9.5: which cmdlets this caller may use. */
async function moduleFile(deps: ExchangeDeps, request: HttpRequest, caller: Administrator): Promise<HttpAnswer> {
  const exportedCmdlets = commandsOf(caller).map(({ declaration }) => declaration.name)
  return envelope(request, deps.world, { value: [{ exportedCmdlets }] })
}

/**
 * docs/reference/exchange-admin.md §9.5: what the module shows when it has connected. There is no other server to go
 * to.
 */
async function banner(deps: ExchangeDeps, request: HttpRequest, caller: Administrator): Promise<HttpAnswer> {
  commandsOf(caller)
  return envelope(request, deps.world, { value: [] })
}
