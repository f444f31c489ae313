import type { HttpAnswer, HttpRequest } from '../../../core/http.ts'
import { Refusal } from '../../../core/refusal.ts'
import type { World } from '../../../core/world.ts'
import { failureOf } from '../errors/failure.ts'
import { textsFor } from './language.ts'
import { failurePage } from './notice-pages.ts'
import { pageAnswer } from './page.ts'

const pages =
  /^\/(error|devicelogin|sign-in\/[^/]*|[^/]*\/(oauth2\/(v2\.0\/)?(authorize|logout|deviceauth|nativeclient)|(v2\.0\/)?adminconsent|own-passwords))\/?$/i

/** Whether a path is one that people see in a browser. */
export const isPage = (path: string): boolean => pages.test(path)

/** What a person sees where a request failed before it had a place in their sign-in. */
export function failedPage(world: World, thrown: unknown, request: HttpRequest): HttpAnswer {
  const texts = textsFor(request.query, request.headers['accept-language'])
  const failure = failureOf(world, thrown, request)
  const { path, from, log } = request
  if (thrown instanceof Refusal) log.info({ aadsts: failure.code, path, from }, 'a person was told why not')
  return pageAnswer(request, {
    ...failurePage(texts, failure, texts.error.text),
    texts,
    status: failure.status,
    ...(failure.status === 503 && { headers: { 'retry-after': '1' } }),
  })
}
