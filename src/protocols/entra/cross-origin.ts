import type { HttpAnswer, HttpRequest } from '../../core/http.ts'
import { isGuid } from '../../core/ids.ts'
import { Refusal } from '../../core/refusal.ts'
import type { EntraDeps } from './deps.ts'
import { deny } from './errors/errors.ts'
import { failureAnswer } from './errors/failure.ts'
import { readForm } from './form.ts'

/**
 * docs/reference/identity.md §7.1: requests of single-page applications have an `Origin`; requests of others have none.
 */
export function assertCrossOrigin({ headers: { origin } }: HttpRequest, singlePage: boolean): void {
  if (singlePage && origin === undefined) deny(9002327)
  if (!singlePage && origin !== undefined) deny(9002326, origin)
}

/**
 * docs/reference/identity.md §1.8: lets a single-page application read the answers of the token endpoint, refusals
 * included. Other origins cannot read them: a page of another site could otherwise try passwords through a visitor's
 * browser.
 */
export async function readableByItsPage(
  deps: EntraDeps,
  request: HttpRequest,
  answer: () => Promise<HttpAnswer>,
): Promise<HttpAnswer> {
  const { origin } = request.headers
  if (origin === undefined || !(await isItsOwn(deps, request, origin))) return answer()
  const { headers, ...rest } = await answerOrRefusal(deps, request, answer)
  return { ...rest, headers: { ...headers, 'access-control-allow-origin': origin, vary: 'origin' } }
}

/** Returns true if the app of the request has a redirect URI with that origin. */
async function isItsOwn({ directory }: EntraDeps, request: HttpRequest, origin: string): Promise<boolean> {
  const clientId = clientIdIn(request)?.toLowerCase() ?? ''
  const app = isGuid(clientId) ? await directory.apps.findAnywhere(clientId) : undefined
  return app?.redirectUris.spa.some((uri) => URL.parse(uri)?.origin === origin) ?? false
}

function clientIdIn(request: HttpRequest): string | undefined {
  try {
    return readForm(request).get('client_id')
  } catch (thrown) {
    if (thrown instanceof Refusal) return undefined
    throw thrown
  }
}

async function answerOrRefusal(
  { world }: EntraDeps,
  request: HttpRequest,
  answer: () => Promise<HttpAnswer>,
): Promise<HttpAnswer> {
  try {
    return await answer()
  } catch (thrown) {
    if (thrown instanceof Refusal) return failureAnswer(world, thrown, request)
    throw thrown
  }
}

/**
 * docs/reference/identity.md §1.8. A preflight request does not name the app, so every origin is allowed here; the
 * answer to the request itself decides.
 */
export const preflightHeaders = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'POST, OPTIONS',
  'access-control-allow-headers': '*',
  'access-control-max-age': '86400',
}
