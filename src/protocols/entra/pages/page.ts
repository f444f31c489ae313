import type { HttpAnswer, HttpRequest } from '../../../core/http.ts'
import { textsIn } from '../../../web/language.ts'
import { type Page, pageAnswer as webPageAnswer } from '../../../web/page.ts'
import { commonHeaders } from '../headers.ts'
import { english, type Texts } from './texts/english.ts'
import { japanese } from './texts/japanese.ts'

/** A page with the texts of its language. */
export interface LocalizedPage extends Omit<Page, 'language'> {
  readonly texts: Texts
}

/** Renders a page with the headers that all answers of the token service have. */
export const pageAnswer = (request: HttpRequest, { texts, headers, ...page }: LocalizedPage): HttpAnswer =>
  webPageAnswer(request, { ...page, language: texts.tag, headers: { ...commonHeaders(request), ...headers } })

/**
 * Selects the language of the pages: the parameters come first (`ui_locales` of OpenID Connect Core 1.0 §3.1.2.1, `mkt`
 * of Entra), then the browser's `Accept-Language`.
 */
export const textsFor = (query: URLSearchParams, acceptLanguage: string | undefined): Texts =>
  textsIn<Texts>(
    [english, japanese],
    [...(query.get('ui_locales')?.split(' ') ?? []), query.get('mkt') ?? ''],
    acceptLanguage,
  )
