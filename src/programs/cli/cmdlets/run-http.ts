import type { Call, HttpCmdlet } from '../../../cmdlets/cmdlet.ts'
import { pathOfNext } from '../next-page.ts'
import { jsonOf, refused } from '../reply.ts'
import type { Api, Session } from '../connection/session.ts'

/** Where each module's cmdlets go: the API whose token they need, and the base of their paths. */
const places: Readonly<Record<HttpCmdlet['module'], { api: Api; base: (session: Session) => string }>> = {
  graph: { api: 'graph', base: () => '/v1.0' },
  exo: { api: 'exchange', base: ({ tenant }) => `/adminapi/beta/${encodeURIComponent(tenant)}` },
  postern: { api: 'exchange', base: () => '' },
}

/** Runs a cmdlet that is an HTTP request; a list is gathered over as many pages as are wanted. */
export async function runHttp(
  session: Session,
  { module }: Pick<HttpCmdlet, 'module'>,
  call: Call,
): Promise<readonly object[]> {
  const { api, base } = places[module]
  const ask = async (path: string) => {
    const reply = await session.ask(api, {
      verb: call.verb,
      path,
      headers: { accept: 'application/json', ...(call.body ? { 'content-type': 'application/json' } : {}) },
      ...(call.body ? { body: JSON.stringify(call.body) } : {}),
    })
    return reply.status >= 200 && reply.status < 300 ? jsonOf(reply) : refused(reply)
  }

  const query = new URLSearchParams(call.query).toString()
  let answer = await ask(`${base(session)}${call.path}${query === '' ? '' : `?${query}`}`)
  if (call.answers !== 'many') return Object.keys(answer).length === 0 ? [] : [answer]
  const objects = [...((answer.value ?? []) as object[])]
  while (objects.length < (call.most ?? 0) && typeof answer['@odata.nextLink'] === 'string') {
    answer = await ask(pathOfNext(answer['@odata.nextLink'], session.origin))
    objects.push(...((answer.value ?? []) as object[]))
  }
  const whole = call.unfolds === undefined ? objects : objects.flatMap(unfolded(call.unfolds))
  return call.most === undefined ? whole : whole.slice(0, call.most)
}

const unfolded =
  (list: string) =>
  (object: object): readonly object[] => {
    const { [list]: entries, ...shared } = object as Readonly<Record<string, unknown>>
    return (entries as readonly object[]).map((entry) => ({ ...shared, ...entry }))
  }
