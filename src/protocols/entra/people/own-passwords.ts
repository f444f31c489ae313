import { enabledByOwnerNow, retiredNames } from '../../../access/revocation/planned-end.ts'
import type { HttpAnswer, HttpRequest } from '../../../core/http.ts'
import type { MailboxRecord, RetiredProtocol, RetirementPlan } from '../../../domain/directory/types.ts'
import type { EntraDeps } from '../deps.ts'
import { deny } from '../errors/errors.ts'
import { noticePage, ownPasswordsPage } from '../pages/notice-pages.ts'
import { hasNewPassword, type Person, wasRevoked } from '../person.ts'
import { sessionCookieOf } from './browser.ts'
import { failing, formOf, type PageRequest, show } from './page-request.ts'
import type { PendingRequest, RequestingApp } from './pending-request.ts'

/** A person comes by themselves, to this server: no app asks. */
export async function ownPasswordsAsker(visit: PageRequest): Promise<RequestingApp> {
  const tenant = (await visit.people.deps.directory.tenants.find(visit.told.tenant)) ?? deny(90002, visit.told.tenant)
  return {
    app: { displayName: tenant.displayName, tenant: tenant.id },
    tenant,
    pendingRequest: async () => pendingRequest,
    refused: (refusal) => failing(visit, refusal),
  }
}

const pendingRequest: PendingRequest = {
  prompts: new Set(),
  loginHint: undefined,
  maxAge: undefined,
  schemes: [],
  async proceed(visit, person) {
    visit.attempt.granted()
    const own = await ownOf(visit, person)
    const protocols = own ? enabledByOwnerNow(own.plan, own.mailbox, visit.people.deps.world.now()) : []
    return own && protocols.length > 0 ? ask(visit, person, { ...own, protocols }) : nothingToDo(visit, person)
  },
  consented: (visit, person) => pendingRequest.proceed(visit, person),
}

interface Own {
  readonly mailbox: MailboxRecord
  readonly plan: RetirementPlan
}

/** The person's own mailbox, and the plan that it is under. */
export async function ownOf({ people }: PageRequest, { tenant, user }: Person): Promise<Own | undefined> {
  const { mailboxes, retirementPlans } = people.deps.directory
  const plan = await retirementPlans.of(tenant.id)
  const mailbox = plan && (await mailboxes.find(tenant.id, user.id))
  return mailbox?.externalDirectoryObjectId === user.id ? { mailbox, plan: plan! } : undefined
}

function ask(
  visit: PageRequest,
  { tenant, signedIn: { session } }: Person,
  { mailbox, plan, protocols }: Own & { readonly protocols: readonly RetiredProtocol[] },
): HttpAnswer {
  const target = formOf(visit, { step: 'own-passwords', session })
  const named = protocols.map((word) => ({ word, name: retiredNames[word] }))
  const page = { address: mailbox.primarySmtpAddress, until: plan.cutOff, protocols: named, target }
  return show(visit, { ...ownPasswordsPage(visit.texts, page), context: tenant.displayName })
}

function nothingToDo(visit: PageRequest, { tenant }: Person): HttpAnswer {
  const { title, nothing } = visit.texts.ownPasswords
  return show(visit, { ...noticePage(title, nothing), context: tenant.displayName })
}

/** Who is signed in with this browser. Nobody whose account was switched off, or whose password changed or sign-ins were revoked since. */
export async function signedInHere(
  deps: Pick<EntraDeps, 'authorizations' | 'directory'>,
  http: HttpRequest,
): Promise<Person | undefined> {
  const cookie = sessionCookieOf(http)
  const signedIn = cookie === undefined ? undefined : await deps.authorizations.sessions.find(cookie)
  if (!signedIn) return undefined
  const user = await deps.directory.users.find(signedIn.tenant, signedIn.user)
  const tenant = await deps.directory.tenants.find(signedIn.tenant)
  if (!tenant || !user?.accountEnabled) return undefined
  if (wasRevoked(user, signedIn) || hasNewPassword(user, signedIn)) return undefined
  return { signedIn, user, tenant }
}
