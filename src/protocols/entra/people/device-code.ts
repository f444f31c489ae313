import type { HttpAnswer, HttpRequest } from '../../../core/http.ts'
import { readForm } from '../form.ts'
import { codeEntryPage, deviceConfirmPage } from '../pages/notice-pages.ts'
import { knownBrowser } from './browser.ts'
import { type SubmittedForm, pageRequestOf } from './page-flow.ts'
import { decline } from './device.ts'
import type { FlowRequest } from './pending-request.ts'
import { failing, formOf, type PageRequest, type People, show } from './page-request.ts'
import { arrive } from './sign-in.ts'

/** The first page: it knows of no device yet. */
export function enterCode(people: People, http: HttpRequest): HttpAnswer {
  return askForCode(pageRequestOf(people, http, deviceTold(http.query)), '')
}

const deviceTold = (query: URLSearchParams): FlowRequest => {
  return { kind: 'device', version: 'v2', tenant: 'common', query: query.toString() }
}

function askForCode(visit: PageRequest, code: string, problem?: string): HttpAnswer {
  const target = { ...formOf(visit, { step: 'device-code' }), action: '/devicelogin' }
  return show(visit, codeEntryPage(visit.texts, { code, problem, target }))
}

/**
 * A code was typed. Whether it never was one, was used, or ended is not said. Where it is right, the person hears which
 * app asked, and from where, before anything is done: a code may have come from somebody else.
 */
export async function codeEntered(people: People, http: HttpRequest): Promise<HttpAnswer> {
  const { deps, guesses, seal } = people
  try {
    const form = readForm(http)
    const { told } = seal.open(knownBrowser(http), form.get('sealed'), 'device-code')
    const visit = pageRequestOf(people, http, told)
    const { texts } = visit
    if (guesses.tooMany(http.from)) return askForCode(visit, '', texts.device.tooMany)
    const code = form.get('code') ?? ''
    const request = await deps.authorizations.devices.waiting(code)
    const app = request && (await deps.directory.apps.findAnywhere(request.appId))
    if (!app) {
      guesses.wrong(http.from)
      return askForCode(visit, code, texts.device.wrong)
    }
    const query = new URLSearchParams(told.query)
    query.set('code', code)
    const target = formOf({ ...visit, told: deviceTold(query) }, { step: 'device' })
    return show(visit, deviceConfirmPage(texts, { app: app.displayName, from: request.from, target }))
  } catch (thrown) {
    return failing(pageRequestOf(people, http), thrown)
  }
}

/** The person has read who asks. */
export const confirmed = ({ form, ...turn }: SubmittedForm): Promise<HttpAnswer> =>
  form.get('answer') === 'go-on' ? arrive(turn) : decline(turn.visit, turn.asker.app)
