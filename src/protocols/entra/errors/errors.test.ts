import { describe, expect, it } from 'vitest'
import { clientProvocations } from '../../../../test/support/provocations/clients.ts'
import { pageProvocations } from '../../../../test/support/provocations/pages.ts'
import { peopleProvocations } from '../../../../test/support/provocations/people.ts'
import type { Provocation, Told } from '../../../../test/support/provocations/provocation.ts'
import { BASE } from '../../../../test/support/access.ts'
import { type AadstsCode, errorOf } from './errors.ts'

/** The compiler asks for a line here when the table gets one. */
const provocations = { ...clientProvocations, ...peopleProvocations, ...pageProvocations } satisfies Record<
  AadstsCode,
  Provocation
>

const guid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/

describe('every code of the table can be provoked', () => {
  it.each(Object.entries(provocations))('AADSTS%s', async (code, { provoke, error }: Provocation) => {
    const line = errorOf(code)!
    const told = await provoke()
    holds[told.to](told as never, { ...line, error: error ?? line.error })
  })
})

type Line = NonNullable<ReturnType<typeof errorOf>>

const holds = {
  /** docs/reference/identity.md §8.1, §9 */
  program({ answer }: Extract<Told, { to: 'program' }>, { code, status, error, suberror, unlisted }: Line) {
    const body = answer.json()
    expect(body.error_codes, answer.body).toEqual([code])
    const trace = String(answer.headers['x-ms-request-id'])
    expect(trace).toMatch(guid)
    expect(body).toEqual({
      error,
      error_description: expect.stringMatching(
        new RegExp(
          `^AADSTS${code}: .+ Trace ID: ${trace} Correlation ID: ${body.correlation_id} Timestamp: ${body.timestamp}$`,
          's',
        ),
      ),
      error_codes: [code],
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$/),
      trace_id: trace,
      correlation_id: expect.stringMatching(guid),
      ...(unlisted ? {} : { error_uri: `${BASE}/error?code=${code}` }),
      ...(suberror === undefined ? {} : { suberror }),
    })
    expect(answer.statusCode).toBe(status)
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store, no-cache',
      pragma: 'no-cache',
      expires: '-1',
      'x-ms-clitelem': `1,${code},0,,`,
      'x-ms-ests-server': expect.stringMatching(/^2\.1\..+ ProdSlices$/),
      'x-content-type-options': 'nosniff',
    })
    expect(answer.headers['retry-after']).toBe(status === 503 ? '1' : undefined)
    expect(answer.headers).not.toHaveProperty('www-authenticate')
  },
  person({ status, text }: Extract<Told, { to: 'person' }>, line: Line) {
    expect(text).toContain(`AADSTS${line.code}`)
    expect(status).toBe(line.status)
  },
  app({ parameters }: Extract<Told, { to: 'app' }>, { code, error }: Line) {
    expect(parameters.get('error_description')).toMatch(new RegExp(`^AADSTS${code}: .+ Trace ID: .+ Timestamp: `))
    expect(parameters.get('error')).toBe(error)
  },
  record({ record }: Extract<Told, { to: 'record' }>, { code, check }: Line) {
    expect(record).toMatchObject({ outcome: 'refused', errorCode: code, failed: check })
  },
} satisfies { [To in Told['to']]: (told: Extract<Told, { to: To }>, line: Line) => void }
