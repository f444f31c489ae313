import { type Route, route } from '../../../core/http.ts'
import { errorOf } from '../errors.ts'
import { commonHeaders } from '../headers.ts'

/** The page that `error_uri` names: what a code means, for people. */
export const errorPageRoutes = (): Route[] => [
  route('GET /error', async (request) => {
    const named = errorOf(request.query.get('code')?.replace(/^AADSTS/i, ''))
    const found = named?.unlisted ? undefined : named
    return {
      status: found ? 200 : 404,
      headers: {
        ...commonHeaders(request),
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      },
      body: found ? page(`AADSTS${found.code}`, found.says('…', '…', '…', '…')) : page('Error', 'No such error code.'),
    }
  }),
]

/** Both texts come from our own table: nothing of the request is on the page. */
const page = (title: string, text: string): string =>
  `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>${title}</title>
<h1>${title}</h1>
<p>${text}</p>
</html>
`
