import { type Route, route } from '../../../core/http.ts'
import { textsFor } from '../pages/language.ts'
import { noticePage } from '../pages/notice-pages.ts'
import { pageAnswer } from '../pages/page.ts'

/** Where native apps without an address of their own have the answer sent, and read it from the browser. */
export const nativeClientRoutes = (): Route[] => [
  route('GET /:tenant/oauth2/nativeclient', async (http) => {
    const texts = textsFor(http.query, http.headers['accept-language'])
    const { title, text, failedTitle, failed } = texts.native
    const page = http.query.has('error') ? noticePage(failedTitle, failed) : noticePage(title, text)
    return pageAnswer(http, { ...page, texts })
  }),
]
