import { failed } from './failure.ts'

/** Path and query of an `@odata.nextLink`. Refuses to follow it to another server: our token would go along. */
export function pathOfNext(link: string, origin: string): string {
  const url = URL.parse(link, origin)
  if (url?.origin !== origin) return failed('UnexpectedReply', 'The server points to another one for the next page.')
  return `${url.pathname}${url.search}`
}
