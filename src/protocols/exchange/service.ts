import { type HttpService, route } from '../../core/http.ts'
import type { Log } from '../../core/log.ts'
import { failure } from './failure.ts'
import { continueCommand, type ExchangeDeps, invokeCommand } from './invoke-command.ts'
import { moduleFile } from './module-file.ts'

const versions = ['beta', 'v1.0'] as const

/** The REST transport behind the Exchange Online module: contract/exchange-admin §9. */
export const exchangeService = (deps: ExchangeDeps & { readonly log: Log }): HttpService => ({
  name: 'exchange',
  routes: versions.flatMap((version) => [
    route(`POST /adminapi/${version}/:tenant/InvokeCommand`, (request) => invokeCommand(deps, request)),
    route(`GET /adminapi/${version}/:tenant/InvokeCommand`, (request) => continueCommand(deps, request)),
    route(`GET /adminapi/${version}/:tenant/EXOModuleFile`, (request) => moduleFile(deps, request)),
  ]),
  owns: (path) => /^\/adminapi(\/|$)/i.test(path),
  failure,
})
