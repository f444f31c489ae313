import { type Route, route } from '../../../core/http.ts'
import { FORM_LIMIT } from '../form.ts'
import { codeEntered, enterCode } from '../people/device-code.ts'
import type { People } from '../people/people.ts'

/** Where a person types the code that a device shows (contract/identity §1.3, §7.2). */
export const deviceLoginRoutes = (people: People): Route[] => [
  route('GET /devicelogin', async (http) => enterCode(people, http)),
  route('GET /:tenant/oauth2/deviceauth', async (http) => enterCode(people, http)),
  route('POST /devicelogin', (http) => codeEntered(people, http), { bodyLimit: FORM_LIMIT }),
]
