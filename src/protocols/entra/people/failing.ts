import type { HttpAnswer } from '../../../core/http.ts'
import { Refusal } from '../../../core/refusal.ts'
import { failureOf } from '../failure.ts'
import { failurePage } from '../pages/notice-pages.ts'
import { show, type Visit } from './visit.ts'

/** What is wrong is said to the person, as nobody else can be told. */
export function failing(visit: Visit, thrown: unknown): HttpAnswer {
  const { people, http, texts } = visit
  const failure = failureOf(people.deps.world, thrown, http)
  if (thrown instanceof Refusal)
    http.log.info({ aadsts: failure.code, path: http.path, from: http.from }, 'a person was told why not')
  else http.log.error({ err: thrown, path: http.path }, 'a request failed')
  const why = failure.code === 50089 ? texts.error.expired : texts.error.text
  return show(visit, { ...failurePage(texts, failure, why), status: failure.status })
}
