import { type HttpService, route } from '../core/http.ts'
import { Refusal } from '../core/refusal.ts'
import { type Sql, sql as statement } from '../storage/engine.ts'
import { plainFailure } from './http/refusals.ts'

/** `GET /health`, for supervisors: 200 if the database can be read. */
export const health = (sql: Sql): HttpService => ({
  name: 'health',
  routes: [
    route('GET /health', async () => {
      await sql.first(statement`select 1 as alive`)
      return { status: 200, body: { status: 'ok' } }
    }),
  ],
  owns: (path) => path === '/health',
  failure: (thrown) =>
    thrown === undefined || thrown instanceof Refusal
      ? plainFailure(thrown)
      : { status: 503, body: { status: 'unavailable' } },
})
