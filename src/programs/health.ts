import { type HttpAnswer, type HttpService, route } from '../core/http.ts'
import { isRefusedFor, Refusal } from '../core/refusal.ts'
import { type Sql, sql as statement } from '../storage/engine.ts'
import { plainFailure } from './http/refusals.ts'

/** Whether a server takes new connections. A server that drains finishes the ones it has, and stops. */
export type ServerState = 'starting' | 'ready' | 'draining'

const unavailable: HttpAnswer = { status: 503, body: { status: 'unavailable' } }

/**
 * Health, for supervisors and balancers.
 * - `GET /health`: 200 if the database can be read.
 * - `GET /health/live`: 200 while the process answers. A supervisor restarts a process that does not.
 * - `GET /health/ready`: 200 if a balancer should send connections here: the server is ready and can read the database.
 */
export const health = (sql: Sql, state: () => ServerState): HttpService => {
  const canRead = () => sql.first(statement`select 1 as alive`)
  return {
    name: 'health',
    routes: [
      route('GET /health', async () => {
        await canRead()
        return { status: 200, body: { status: 'ok' } }
      }),
      route('GET /health/live', async () => ({ status: 200, body: { status: 'alive' } })),
      route('GET /health/ready', async () => {
        const now = state()
        if (now !== 'ready') return { status: 503, body: { status: now } }
        await canRead()
        return { status: 200, body: { status: now } }
      }),
    ],
    owns: (path) => /^\/health(?:\/|$)/.test(path),
    failure: (thrown) =>
      thrown === undefined || (thrown instanceof Refusal && !isRefusedFor('busy', thrown))
        ? plainFailure(thrown)
        : unavailable,
  }
}
