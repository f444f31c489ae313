import { type Route, route } from '../../../core/http.ts'
import { errorOf } from '../errors/errors.ts'
import { textsFor } from '../pages/language.ts'
import { codePage, noticePage } from '../pages/notice-pages.ts'
import { pageAnswer } from '../pages/page.ts'

/** The page that `error_uri` names: what a code means, for people. Nothing of the request is on it. */
export const errorPageRoutes = (): Route[] => [
  route('GET /error', async (request) => {
    const texts = textsFor(request.query, request.headers['accept-language'])
    const named = errorOf(request.query.get('code')?.replace(/^AADSTS/i, ''))
    const found = named?.unlisted ? undefined : named
    return found
      ? pageAnswer(request, { ...codePage(found.code, found.says('…', '…', '…', '…')), texts })
      : pageAnswer(request, { ...noticePage(texts.error.lookUp, texts.error.unknown), texts, status: 404 })
  }),
]
