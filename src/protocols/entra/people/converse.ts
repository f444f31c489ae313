import type { HttpAnswer, HttpRequest } from '../../../core/http.ts'
import { Attempt } from '../attempt/attempt.ts'
import { deny } from '../errors/errors.ts'
import { type Form, readForm } from '../form.ts'
import { textsFor } from '../pages/language.ts'
import { adminConsentAsker } from './admin-consent.ts'
import { authorizeAsker } from './authorize.ts'
import { browserOf, knownBrowser } from './browser.ts'
import { deviceAsker } from './device.ts'
import type { Asker, Errand, Told } from './errand.ts'
import { failing, refusing } from './failing.ts'
import { ownPasswordsAsker } from './own-passwords.ts'
import type { People } from './people.ts'
import type { Standing, Step } from './seal.ts'
import type { Visit } from './visit.ts'

const askers = {
  authorize: authorizeAsker,
  'admin-consent': adminConsentAsker,
  device: deviceAsker,
  'own-passwords': ownPasswordsAsker,
} satisfies Record<Told['kind'], (visit: Visit) => Promise<Asker>>

/** What is known when a person's turn has come. */
export interface Turn {
  readonly visit: Visit
  readonly asker: Asker
  readonly errand: Errand
}

/** Nothing that anybody asks for is longer: it goes from page to page with the person. */
export const LONGEST_QUERY = 8192

/** Does a person's turn. What is refused is said to the asker where that is safe, and to the person where not. */
export async function converse(
  people: People,
  http: HttpRequest,
  told: Told,
  work: (turn: Turn) => Promise<HttpAnswer>,
): Promise<HttpAnswer> {
  const visit = visitOf(people, http, told)
  let asker: Asker | undefined
  try {
    if (told.query.length > LONGEST_QUERY) deny(9002313)
    asker = await askers[told.kind](visit)
    return await work({ visit, asker, errand: await asker.errand() })
  } catch (thrown) {
    return refusing(visit, asker, thrown)
  }
}

/** A form that was sent, and what stood in it. */
export interface Submitted extends Turn {
  readonly form: Form
  readonly standing: Standing
}

/** Takes up the conversation where a form left it. A form that is not this browser's is a page's, and nobody's affair. */
export async function submitted(
  people: People,
  http: HttpRequest,
  step: Step,
  work: (submitted: Submitted) => Promise<HttpAnswer>,
): Promise<HttpAnswer> {
  try {
    const form = readForm(http)
    const standing = people.seal.open(knownBrowser(http), form.get('sealed'), step)
    return await converse(people, http, standing.told, (turn) => work({ ...turn, form, standing }))
  } catch (thrown) {
    return failing(visitOf(people, http), thrown)
  }
}

const nothingTold: Told = { kind: 'authorize', version: 'v2', tenant: '', query: '' }

/** What was told in the beginning stays what was asked for: the language and the correlation id are read from it. */
export function visitOf(people: People, http: HttpRequest, told: Told = nothingTold): Visit {
  const { deps } = people
  const query = new URLSearchParams(told.query)
  const asked = { ...http, query }
  const attempt = new Attempt(deps, asked)
  attempt.knows({ kind: 'interactiveUser' })
  const texts = textsFor(query, http.headers['accept-language'])
  return { people, http: asked, told, texts, browser: browserOf(http, deps.world), attempt }
}
