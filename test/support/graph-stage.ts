import { silentLog } from '../../src/core/log.ts'
import { createHttp } from '../../src/programs/http.ts'
import { graphService } from '../../src/protocols/graph/service.ts'
import { type OpenAccess, openAccess } from './open-access.ts'
import { registerApp } from './open-directory.ts'

export const GRAPH = 'https://graph.microsoft.com'
export const BASE = 'https://localhost:8443'

type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'

interface Further {
  readonly headers?: Record<string, string>
  /** Application permissions of the caller; an administrator's when absent. */
  readonly roles?: readonly string[]
  /** In place of a token with those. */
  readonly authorization?: string
}

export interface GraphStage extends OpenAccess {
  /** Calls `/v1.0` and that path. A body that is text goes out as it is, any other as JSON. */
  readonly call: (
    method: Method,
    path: string,
    body?: unknown,
    further?: Further,
  ) => Promise<{ status: number; body: Body; headers: Record<string, unknown> }>
}

/** Whatever JSON came back. */
export type Body = ReturnType<typeof JSON.parse>

const administrator = [
  'Application.ReadWrite.All',
  'AppRoleAssignment.ReadWrite.All',
  'Directory.ReadWrite.All',
  'User.ReadWrite.All',
]

/** Graph over a real directory, real access and real tokens, called by an app named "Administration". */
export async function openGraph(): Promise<GraphStage> {
  const open = await openAccess('exchange-online')
  const { access, directory, signIns, world } = open
  const services = [graphService({ access, directory, signIns, world })]
  const http = createHttp({ services, world, log: silentLog, base: () => BASE })
  const caller = await registerApp(open, 'Administration')
  return {
    ...open,
    async call(method, path, body, { headers = {}, roles = administrator, authorization } = {}) {
      const token = authorization ?? `Bearer ${await open.tokenFor(caller, { audience: GRAPH, roles })}`
      const answer = await http.inject({
        method,
        url: path.startsWith('/v1.0') || path.startsWith('/beta') ? path : `/v1.0${path}`,
        headers: {
          host: 'localhost:8443',
          ...(token === '' ? {} : { authorization: token }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
      })
      return {
        status: answer.statusCode,
        body: answer.body === '' ? undefined : JSON.parse(answer.body),
        headers: answer.headers,
      }
    },
  }
}
