import { SECOND } from '../../../core/time.ts'
import type { HttpAnswer } from '../../../core/http.ts'
import { Refusal } from '../../../core/refusal.ts'
import type { PasswordCheck, Tenant } from '../../../domain/directory/types.ts'
import { deny, refusalOf } from '../errors/errors.ts'
import type { Form } from '../form.ts'
import { accountsPage, newPasswordPage, passwordPage, userNamePage } from '../pages/sign-in-pages.ts'
import type { Person } from '../person.ts'
import { isUserName } from './authorize-request.ts'
import { sessionCookieOf, sessionHeaders, signedInHere } from './session.ts'
import { type PageFlow, answerRefusal, type SubmittedForm } from './page-flow.ts'
import type { ConsentAnswer } from './pending-request.ts'
import { type BrowserRequest, formOf, showPage } from './browser-request.ts'

/** Starts or continues the flow: asks who the user is, if that is not known. */
export async function startSignIn(pageFlow: PageFlow): Promise<HttpAnswer> {
  const { request, pendingRequest } = pageFlow
  const { prompts } = pendingRequest
  const person = await signedInHere(request.people.deps, request.http)
  const suited = person !== undefined && suits(pageFlow, person)
  if (prompts.has('none')) return suited ? signedIn(pageFlow, person) : denySilently(pageFlow, person)
  if (!suited || prompts.has('login')) return askWho(pageFlow, pendingRequest.loginHint)
  return prompts.has('select_account') ? askWhich(pageFlow, person) : signedIn(pageFlow, person)
}

/** Returns true if the request accepts the signed-in user. */
function suits(pageFlow: PageFlow, person: Person): boolean {
  const { request, pendingRequest } = pageFlow
  const { loginHint, maxAge } = pendingRequest
  const meant = loginHint === undefined || loginHint.toLowerCase() === person.user.userPrincipalName.toLowerCase()
  const recent = maxAge === undefined || request.people.deps.world.now() - person.signedIn.at <= maxAge * SECOND
  return meant && recent && belongs(pageFlow, person)
}

const belongs = ({ requester }: PageFlow, { tenant }: Person): boolean =>
  requester.tenant === undefined || requester.tenant.id === tenant.id

/** OpenID Connect Core 1.0 §3.1.2.6: no page may be shown. */
const denySilently = (pageFlow: PageFlow, person: Person | undefined): never =>
  person && !belongs(pageFlow, person) ? deny(16000) : deny(50058)

function signedIn({ request, pendingRequest }: PageFlow, person: Person): Promise<HttpAnswer> {
  known(request, person)
  return pendingRequest.proceed(request, person)
}

function known({ attempt }: BrowserRequest, { tenant, user }: Person): void {
  attempt.inTenant(tenant)
  attempt.passed('user', 'The person is signed in with this browser.', { user })
}

const askWho = (pageFlow: PageFlow, userName: string | undefined): HttpAnswer =>
  userName === undefined ? askUserName(pageFlow, '') : askPassword(pageFlow, userName)

function askUserName(pageFlow: PageFlow, userName: string, problem?: string): HttpAnswer {
  const { request, requester } = pageFlow
  const target = formOf(request, { step: 'user-name' })
  return showWithin(
    pageFlow,
    userNamePage(request.texts, { app: requester.app.displayName, userName, problem, target }),
  )
}

function askPassword(pageFlow: PageFlow, userName: string, problem?: string): HttpAnswer {
  const { request, requester } = pageFlow
  const target = formOf(request, { step: 'password', userName })
  const other = formOf(request, { step: 'account' })
  return showWithin(
    pageFlow,
    passwordPage(request.texts, { app: requester.app.displayName, userName, problem, target, other }),
  )
}

function askNewPassword(pageFlow: PageFlow, userName: string, problem?: string): HttpAnswer {
  const { request, requester } = pageFlow
  const target = formOf(request, { step: 'new-password', userName })
  return showWithin(
    pageFlow,
    newPasswordPage(request.texts, { app: requester.app.displayName, userName, problem, target }),
  )
}

function askWhich(pageFlow: PageFlow, { user, signedIn: { session } }: Person): HttpAnswer {
  const { request, requester } = pageFlow
  const target = formOf(request, { step: 'account', session })
  const { displayName, userPrincipalName: userName } = user
  return showWithin(
    pageFlow,
    accountsPage(request.texts, { app: requester.app.displayName, displayName, userName, target }),
  )
}

const showWithin = (
  { request, requester, pendingRequest }: PageFlow,
  page: Parameters<typeof showPage>[1],
): HttpAnswer =>
  showPage(request, { ...page, context: requester.tenant?.displayName, formSchemes: pendingRequest.schemes })

/** Handles the user name. The page does not tell whether the user exists. */
export async function submitUserName({ form, ...pageFlow }: SubmittedForm): Promise<HttpAnswer> {
  const userName = form.get('userName')?.trim() ?? ''
  if (isUserName(userName)) return askPassword(pageFlow, userName)
  return askUserName(pageFlow, userName, pageFlow.request.texts.signIn.userNameMissing)
}

/** Handles the choice of an account. */
export async function submitAccount({ form, flowState, ...pageFlow }: SubmittedForm): Promise<HttpAnswer> {
  const person = await signedInHere(pageFlow.request.people.deps, pageFlow.request.http)
  const current = form.get('account') === 'current' && person?.signedIn.session === flowState.session
  return current && person && suits(pageFlow, person) ? signedIn(pageFlow, person) : askUserName(pageFlow, '')
}

/** Handles the password. */
export async function submitPassword({ form, flowState, ...pageFlow }: SubmittedForm): Promise<HttpAnswer> {
  const { people, texts } = pageFlow.request
  const { userName = '' } = flowState
  const password = form.get('password')
  if (password === undefined) return askPassword(pageFlow, userName, texts.password.missing)
  const tenant = await tenantOf(pageFlow, userName)
  const check = await people.deps.directory.users.checkPassword(
    tenant.id,
    userName,
    password,
    pageFlow.request.http.from,
  )
  if (!check.ok) return askPassword(pageFlow, userName, problemOf(pageFlow, tenant, userName, check))
  return check.mustChange ? askToChange(pageFlow, tenant, check) : begin(pageFlow, tenant, check)
}

function askToChange(pageFlow: PageFlow, tenant: Tenant, { user }: Right): HttpAnswer {
  const { attempt } = pageFlow.request
  attempt.inTenant(tenant)
  attempt.knows({ user })
  attempt.refused(refusalOf(50055))
  return askNewPassword(pageFlow, user.userPrincipalName)
}

/** Handles the old and the new password. */
export async function submitNewPassword({ form, flowState, ...pageFlow }: SubmittedForm): Promise<HttpAnswer> {
  const { newPassword: texts } = pageFlow.request.texts
  const { userName = '' } = flowState
  const [old, requested, again] = [form.get('password') ?? '', form.get('newPassword') ?? '', form.get('again') ?? '']
  if (requested !== again) return askNewPassword(pageFlow, userName, texts.differ)
  if (requested === old) return askNewPassword(pageFlow, userName, texts.same)
  const tenant = await tenantOf(pageFlow, userName)
  const { users } = pageFlow.request.people.deps.directory
  try {
    const check = await users.changePassword(tenant.id, userName, old, requested, pageFlow.request.http.from)
    if (!check.ok) return askNewPassword(pageFlow, userName, problemOf(pageFlow, tenant, userName, check))
    return await begin(pageFlow, tenant, check)
  } catch (thrown) {
    if (thrown instanceof Refusal && thrown.detail.property === 'password') {
      return askNewPassword(pageFlow, userName, texts.refused)
    }
    throw thrown
  }
}

/** Returns the tenant that has the user name; for an unknown name, the app's own tenant. */
async function tenantOf({ request, requester }: PageFlow, userName: string): Promise<Tenant> {
  if (requester.tenant) return requester.tenant
  const { users, tenants } = request.people.deps.directory
  const user = await users.findAnywhere(userName)
  return (await tenants.find(user?.tenant ?? requester.app.tenant)) ?? deny(50059)
}

type Right = Extract<PasswordCheck, { ok: true }>
type Failed = Extract<PasswordCheck, { ok: false }>

/**
 * The record says what was wrong. The page says the same for an unknown user, a wrong password and a locked account,
 * because a difference would tell strangers which users exist. Only with the right password does it say that the
 * account is disabled.
 */
function problemOf({ request }: PageFlow, tenant: Tenant, userName: string, { because, user }: Failed): string {
  request.attempt.inTenant(tenant)
  request.attempt.knows({ user: user ?? { id: undefined, userPrincipalName: userName, displayName: undefined } })
  const refusals = {
    unknown: refusalOf(50034, userName, tenant.displayName),
    wrong: refusalOf(50126),
    locked: refusalOf(50053),
    disabled: refusalOf(50057),
    'no-password': refusalOf(50056),
  } satisfies Record<Failed['because'], unknown>
  request.attempt.refused(refusals[because])
  return because === 'disabled' ? request.texts.password.disabled : request.texts.password.wrong
}

/**
 * Signs the browser in with a new session, whatever cookie it sent: nobody can have prepared that session (session
 * fixation). The session that it had ends.
 */
async function begin(pageFlow: PageFlow, tenant: Tenant, { user }: Right): Promise<HttpAnswer> {
  const { request } = pageFlow
  const { deps } = request.people
  const before = sessionCookieOf(request.http)
  if (before !== undefined) await deps.authorizations.sessions.end(before)
  const { cookie, signedIn } = await deps.authorizations.sessions.start({
    tenant: tenant.id,
    user: user.id,
    at: deps.world.now(),
    amr: ['pwd'],
    from: request.http.from,
  })
  request.attempt.inTenant(tenant)
  request.attempt.passed('user', 'The password is right.', { user })
  const answer = await goOn(pageFlow, { signedIn, user, tenant })
  return { ...answer, headers: { ...answer.headers, ...sessionHeaders(cookie) } }
}

/** The user stays signed in, whatever the outcome of the pending request. */
async function goOn({ request, requester, pendingRequest }: PageFlow, person: Person): Promise<HttpAnswer> {
  try {
    return await pendingRequest.proceed(request, person)
  } catch (thrown) {
    return answerRefusal(request, requester, thrown)
  }
}

/** Handles the answer to the consent page. Only the user who saw the page can answer. */
export async function submitConsent({ form, flowState, ...pageFlow }: SubmittedForm): Promise<HttpAnswer> {
  const { request, pendingRequest } = pageFlow
  const person = await signedInHere(request.people.deps, request.http)
  if (!person || person.signedIn.session !== flowState.session || !belongs(pageFlow, person))
    return askUserName(pageFlow, '')
  known(request, person)
  return pendingRequest.consented(request, person, { says: consentIn(form), to: flowState.consent })
}

function consentIn(form: Form): ConsentAnswer['says'] {
  if (form.get('answer') !== 'accept') return 'cancel'
  return form.get('forAll') === 'yes' ? 'accept-for-all' : 'accept'
}
