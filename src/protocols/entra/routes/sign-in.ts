import { type HttpAnswer, type Route, route } from '../../../core/http.ts'
import { refusalOf } from '../errors/errors.ts'
import { FORM_LIMIT } from '../form.ts'
import { type Submitted, submitted, pageRequestOf } from '../people/page-flow.ts'
import { confirmed } from '../people/device-code.ts'
import { failing } from '../people/failing.ts'
import { ownPasswordEnabled } from '../people/own-passwords-enabled.ts'
import type { People } from '../people/people.ts'
import type { FlowStep } from '../people/flow-state.ts'
import { accountChosen, consentGiven, newPasswordGiven, passwordGiven, userNameGiven } from '../people/sign-in.ts'

const steps = {
  'user-name': userNameGiven,
  password: passwordGiven,
  'new-password': newPasswordGiven,
  account: accountChosen,
  consent: consentGiven,
  device: confirmed,
  'own-passwords': ownPasswordEnabled,
} satisfies Record<Exclude<FlowStep, 'device-code'>, (submitted: Submitted) => Promise<HttpAnswer>>

/** Where the pages' forms lead. */
export const signInRoutes = (people: People): Route[] => [
  ...Object.entries(steps).map(([step, work]) =>
    route(`POST /sign-in/${step}`, (http) => submitted(people, http, step as keyof typeof steps, work), {
      bodyLimit: FORM_LIMIT,
    }),
  ),
  // Somebody went back to where a form led.
  route('GET /sign-in/:step', async (http) => failing(pageRequestOf(people, http), refusalOf(50089))),
]
