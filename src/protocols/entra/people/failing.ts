import type { HttpAnswer } from '../../../core/http.ts'
import { Refusal } from '../../../core/refusal.ts'
import { failureOf } from '../errors/failure.ts'
import { failurePage } from '../pages/notice-pages.ts'
import type { RequestingApp } from './pending-request.ts'
import { show, type PageRequest } from './page-request.ts'

/** Ends a sign-in that cannot be: the asker hears of it where that is safe, and the person where not. */
export function refusing(visit: PageRequest, asker: RequestingApp | undefined, thrown: unknown): HttpAnswer {
  visit.attempt.refused(thrown)
  // Only what has a code is the asker's affair.
  return asker && thrown instanceof Refusal && thrown.detail.aadsts ? asker.refused(thrown) : failing(visit, thrown)
}

/** What is wrong is said to the person, as nobody else can be told. */
export function failing(visit: PageRequest, thrown: unknown): HttpAnswer {
  const { people, http, texts } = visit
  const failure = failureOf(people.deps.world, thrown, http)
  const { path, from, log } = http
  if (thrown instanceof Refusal) log.info({ aadsts: failure.code, path, from }, 'a person was told why not')
  else log.error({ err: thrown, path }, 'a request failed')
  const why = failure.code === 50089 ? texts.error.expired : texts.error.text
  return show(visit, { ...failurePage(texts, failure, why), status: failure.status })
}
