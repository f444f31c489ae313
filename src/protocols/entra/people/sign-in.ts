import type { HttpAnswer } from '../../../core/http.ts'
import { Refusal } from '../../../core/refusal.ts'
import type { PasswordCheck, Tenant } from '../../../domain/directory/types.ts'
import { deny, refusalOf } from '../errors/errors.ts'
import type { Form } from '../form.ts'
import { accountsPage, newPasswordPage, passwordPage, userNamePage } from '../pages/sign-in-pages.ts'
import type { Person } from '../person.ts'
import { isUserName } from './authorize-request.ts'
import { sessionCookieOf, sessionHeaders } from './browser.ts'
import type { SubmittedForm, FlowTurn } from './page-flow.ts'
import type { ConsentAnswer } from './pending-request.ts'
import { formOf, type PageRequest, refusing, show } from './page-request.ts'
import { signedInHere } from './own-passwords.ts'

/** Somebody comes in: is asked who they are where that is not known, and goes on. */
export async function arrive(turn: FlowTurn): Promise<HttpAnswer> {
  const { visit, pendingRequest } = turn
  const { prompts } = pendingRequest
  const person = await signedInHere(visit.people.deps, visit.http)
  const suited = person !== undefined && suits(turn, person)
  if (prompts.has('none')) return suited ? signedIn(turn, person) : denySilently(turn, person)
  if (!suited || prompts.has('login')) return askWho(turn, pendingRequest.loginHint)
  return prompts.has('select_account') ? askWhich(turn, person) : signedIn(turn, person)
}

/** Whether it is somebody whom the asker can have meant. */
function suits(turn: FlowTurn, person: Person): boolean {
  const { visit, pendingRequest } = turn
  const { loginHint, maxAge } = pendingRequest
  const meant = loginHint === undefined || loginHint.toLowerCase() === person.user.userPrincipalName.toLowerCase()
  const recent = maxAge === undefined || visit.people.deps.world.now() - person.signedIn.at <= maxAge * 1000
  return meant && recent && belongs(turn, person)
}

const belongs = ({ asker }: FlowTurn, { tenant }: Person): boolean =>
  asker.tenant === undefined || asker.tenant.id === tenant.id

/** OpenID Connect Core 1.0 §3.1.2.6: no page may be shown. */
const denySilently = (turn: FlowTurn, person: Person | undefined): never =>
  person && !belongs(turn, person) ? deny(16000) : deny(50058)

function signedIn({ visit, pendingRequest }: FlowTurn, person: Person): Promise<HttpAnswer> {
  known(visit, person)
  return pendingRequest.proceed(visit, person)
}

function known({ attempt }: PageRequest, { tenant, user }: Person): void {
  attempt.inTenant(tenant)
  attempt.passed('user', 'The person is signed in with this browser.', { user })
}

const askWho = (turn: FlowTurn, userName: string | undefined): HttpAnswer =>
  userName === undefined ? askUserName(turn, '') : askPassword(turn, userName)

function askUserName(turn: FlowTurn, userName: string, problem?: string): HttpAnswer {
  const { visit, asker } = turn
  const target = formOf(visit, { step: 'user-name' })
  return showWithin(turn, userNamePage(visit.texts, { app: asker.app.displayName, userName, problem, target }))
}

function askPassword(turn: FlowTurn, userName: string, problem?: string): HttpAnswer {
  const { visit, asker } = turn
  const target = formOf(visit, { step: 'password', userName })
  const other = formOf(visit, { step: 'account' })
  return showWithin(turn, passwordPage(visit.texts, { app: asker.app.displayName, userName, problem, target, other }))
}

function askNewPassword(turn: FlowTurn, userName: string, problem?: string): HttpAnswer {
  const { visit, asker } = turn
  const target = formOf(visit, { step: 'new-password', userName })
  return showWithin(turn, newPasswordPage(visit.texts, { app: asker.app.displayName, userName, problem, target }))
}

function askWhich(turn: FlowTurn, { user, signedIn: { session } }: Person): HttpAnswer {
  const { visit, asker } = turn
  const target = formOf(visit, { step: 'account', session })
  const { displayName, userPrincipalName: userName } = user
  return showWithin(turn, accountsPage(visit.texts, { app: asker.app.displayName, displayName, userName, target }))
}

const showWithin = ({ visit, asker, pendingRequest }: FlowTurn, page: Parameters<typeof show>[1]): HttpAnswer =>
  show(visit, { ...page, context: asker.tenant?.displayName, formSchemes: pendingRequest.schemes })

/** The user name was given. Nothing is said of whether there is such a user. */
export async function submitUserName({ form, ...turn }: SubmittedForm): Promise<HttpAnswer> {
  const userName = form.get('userName')?.trim() ?? ''
  if (isUserName(userName)) return askPassword(turn, userName)
  return askUserName(turn, userName, turn.visit.texts.signIn.userNameMissing)
}

/** An account was chosen, or another one is wanted. */
export async function accountChosen({ form, standing, ...turn }: SubmittedForm): Promise<HttpAnswer> {
  const person = await signedInHere(turn.visit.people.deps, turn.visit.http)
  const current = form.get('account') === 'current' && person?.signedIn.session === standing.session
  return current && person && suits(turn, person) ? signedIn(turn, person) : askUserName(turn, '')
}

/** The password was given. */
export async function submitPassword({ form, standing, ...turn }: SubmittedForm): Promise<HttpAnswer> {
  const { people, texts } = turn.visit
  const { userName = '' } = standing
  const password = form.get('password')
  if (password === undefined) return askPassword(turn, userName, texts.password.missing)
  const tenant = await tenantOf(turn, userName)
  const check = await people.deps.directory.users.checkPassword(tenant.id, userName, password, turn.visit.http.from)
  if (!check.ok) return askPassword(turn, userName, problemOf(turn, tenant, userName, check))
  return check.mustChange ? askToChange(turn, tenant, check) : begin(turn, tenant, check)
}

function askToChange(turn: FlowTurn, tenant: Tenant, { user }: Right): HttpAnswer {
  const { attempt } = turn.visit
  attempt.inTenant(tenant)
  attempt.knows({ user })
  attempt.refused(refusalOf(50055))
  return askNewPassword(turn, user.userPrincipalName)
}

/** The old password and a new one were given. */
export async function submitNewPassword({ form, standing, ...turn }: SubmittedForm): Promise<HttpAnswer> {
  const { newPassword: texts } = turn.visit.texts
  const { userName = '' } = standing
  const [old, wanted, again] = [form.get('password') ?? '', form.get('newPassword') ?? '', form.get('again') ?? '']
  if (wanted !== again) return askNewPassword(turn, userName, texts.differ)
  if (wanted === old) return askNewPassword(turn, userName, texts.same)
  const tenant = await tenantOf(turn, userName)
  const { users } = turn.visit.people.deps.directory
  try {
    const check = await users.changePassword(tenant.id, userName, old, wanted, turn.visit.http.from)
    if (!check.ok) return askNewPassword(turn, userName, problemOf(turn, tenant, userName, check))
    return await begin(turn, tenant, check)
  } catch (thrown) {
    if (thrown instanceof Refusal && thrown.detail.property === 'password') {
      return askNewPassword(turn, userName, texts.refused)
    }
    throw thrown
  }
}

/** Of somebody who may come from anywhere: the tenant that has the name, or any, which then does not know it. */
async function tenantOf({ visit, asker }: FlowTurn, userName: string): Promise<Tenant> {
  if (asker.tenant) return asker.tenant
  const { users, tenants } = visit.people.deps.directory
  const user = await users.findAnywhere(userName)
  return (await tenants.find(user?.tenant ?? asker.app.tenant)) ?? deny(50059)
}

type Right = Extract<PasswordCheck, { ok: true }>
type Failed = Extract<PasswordCheck, { ok: false }>

/**
 * The record says what was wrong. The person is told one thing for whoever is unknown, has another password or is
 * locked, as any difference would tell a stranger who is there. Only who knows the password hears that it is switched off.
 */
function problemOf({ visit }: FlowTurn, tenant: Tenant, userName: string, { because, user }: Failed): string {
  visit.attempt.inTenant(tenant)
  visit.attempt.knows({ user: user ?? { id: undefined, userPrincipalName: userName, displayName: undefined } })
  const refusals = {
    unknown: refusalOf(50034, userName, tenant.displayName),
    wrong: refusalOf(50126),
    locked: refusalOf(50053),
    disabled: refusalOf(50057),
    'no-password': refusalOf(50056),
  } satisfies Record<Failed['because'], unknown>
  visit.attempt.refused(refusals[because])
  return because === 'disabled' ? visit.texts.password.disabled : visit.texts.password.wrong
}

/**
 * The browser is signed in: with a new session, whatever cookie it came with, so that nobody can have prepared one for
 * somebody else. The session that it had ends.
 */
async function begin(turn: FlowTurn, tenant: Tenant, { user }: Right): Promise<HttpAnswer> {
  const { visit } = turn
  const { deps } = visit.people
  const before = sessionCookieOf(visit.http)
  if (before !== undefined) await deps.authorizations.sessions.end(before)
  const { cookie, signedIn } = await deps.authorizations.sessions.start({
    tenant: tenant.id,
    user: user.id,
    at: deps.world.now(),
    amr: ['pwd'],
    from: visit.http.from,
  })
  visit.attempt.inTenant(tenant)
  visit.attempt.passed('user', 'The password is right.', { user })
  const answer = await goOn(turn, { signedIn, user, tenant })
  return { ...answer, headers: { ...answer.headers, ...sessionHeaders(cookie) } }
}

/** The person stays signed in with this browser whatever comes of the pending request. */
async function goOn({ visit, asker, pendingRequest }: FlowTurn, person: Person): Promise<HttpAnswer> {
  try {
    return await pendingRequest.proceed(visit, person)
  } catch (thrown) {
    return refusing(visit, asker, thrown)
  }
}

/** The question of what an app may do was answered, by the person to whom it was put. */
export async function submitConsent({ form, standing, ...turn }: SubmittedForm): Promise<HttpAnswer> {
  const { visit, pendingRequest } = turn
  const person = await signedInHere(visit.people.deps, visit.http)
  if (!person || person.signedIn.session !== standing.session || !belongs(turn, person)) return askUserName(turn, '')
  known(visit, person)
  return pendingRequest.consented(visit, person, { says: consentIn(form), to: standing.question })
}

function consentIn(form: Form): ConsentAnswer['says'] {
  if (form.get('answer') !== 'accept') return 'cancel'
  return form.get('forAll') === 'yes' ? 'accept-for-all' : 'accept'
}
