import { type HttpService, route } from '../../core/http.ts'
import type { MessageTraces } from '../../domain/audit/message-trace.ts'
import type { SignIns } from '../../domain/audit/types.ts'
import { auditSearches } from './audit-log/searches.ts'
import { invokeAtEndpoint } from './admin-api.ts'
import { runBatch } from './batch.ts'
import { readEntities, readRelated } from './entities/entity-sets.ts'
import { failure } from './failure.ts'
import { continueCommand, type ExchangeDeps, invokeCommand } from './invoke-command.ts'
import { longLooks } from './long-looks.ts'
import { metadataDocument } from './entities/metadata-document.ts'
import { traceQueries } from './message-trace/queries.ts'
import { banner, moduleFile } from './module-file.ts'
import { serviceDocument } from './entities/service-document.ts'

const versions = ['beta', 'v1.0'] as const

/** The REST transport behind the Exchange Online module: contract/exchange-admin §9. */
export function exchangeService(
  given: Omit<ExchangeDeps, 'auditSearches' | 'longLooks' | 'traceQueries'> & {
    readonly signIns: Pick<SignIns, 'lastActivity' | 'page'>
    readonly traces: Pick<MessageTraces, 'page'>
  },
): HttpService {
  const { directory, signIns, traces, world } = given
  const deps: ExchangeDeps = {
    ...given,
    auditSearches: auditSearches({ directory, signIns, world }),
    longLooks: longLooks(directory),
    traceQueries: traceQueries({ traces, world }),
  }
  return {
    name: 'exchange',
    routes: [
      route('POST /adminapi/v2.0/:tenant/:endpoint', (request) => invokeAtEndpoint(deps, request)),
      ...versions.flatMap((version) => [
        route(`POST /adminapi/${version}/:tenant/InvokeCommand`, (request) => invokeCommand(deps, request)),
        route(`GET /adminapi/${version}/:tenant/InvokeCommand`, (request) => continueCommand(deps, request)),
        route(`POST /adminapi/${version}/:tenant/$batch`, (request) => runBatch(deps, request)),
        route(`GET /adminapi/${version}/:tenant`, (request) => serviceDocument(deps, request)),
        route(`GET /adminapi/${version}/:tenant/$metadata`, (request) => metadataDocument(deps, request)),
        route(`GET /adminapi/${version}/:tenant/EXOModuleFile`, (request) => moduleFile(deps, request)),
        route(`GET /adminapi/${version}/:tenant/EXOBanner`, (request) => banner(deps, request)),
        route(`GET /adminapi/${version}/:tenant/:entity`, (request) => readEntities(deps, request)),
        route(`GET /adminapi/${version}/:tenant/:entity/:related`, (request) => readRelated(deps, request)),
      ]),
    ],
    owns: (path) => /^\/adminapi(\/|$)/i.test(path),
    // contract/exchange-admin §9.5: the session that the module gives the banner has no part in it.
    rewrite: (url) => url.replace(/\/EXOBanner\('\w*'\)(?=\?|$)/i, '/EXOBanner'),
    failure,
  }
}
