import { enabledByOwnerNow, retiredNames } from '../../../access/revocation/planned-end.ts'
import type { HttpAnswer, HttpRequest } from '../../../core/http.ts'
import type { MailboxRecord, RetiredProtocol, RetirementPlan } from '../../../domain/directory/types.ts'
import type { EntraDeps } from '../deps.ts'
import { deny } from '../errors/errors.ts'
import { noticePage, ownPasswordsPage } from '../pages/notice-pages.ts'
import { hasNewPassword, type Person, wasRevoked } from '../person.ts'
import { sessionCookieOf } from './browser.ts'
import { failing, formOf, type BrowserRequest, show } from './browser-request.ts'
import type { PendingRequest, RequestingApp } from './pending-request.ts'

/** A person comes by themselves, to this server: no app asks. */
export async function ownPasswordsRequester(request: BrowserRequest): Promise<RequestingApp> {
  const tenant =
    (await request.people.deps.directory.tenants.find(request.flow.tenant)) ?? deny(90002, request.flow.tenant)
  return {
    app: { displayName: tenant.displayName, tenant: tenant.id },
    tenant,
    pendingRequest: async () => pendingRequest,
    refused: (refusal) => failing(request, refusal),
  }
}

const pendingRequest: PendingRequest = {
  prompts: new Set(),
  loginHint: undefined,
  maxAge: undefined,
  schemes: [],
  async proceed(request, person) {
    request.attempt.granted()
    const own = await ownOf(request, person)
    const protocols = own ? enabledByOwnerNow(own.plan, own.mailbox, request.people.deps.world.now()) : []
    return own && protocols.length > 0 ? ask(request, person, { ...own, protocols }) : nothingToDo(request, person)
  },
  consented: (request, person) => pendingRequest.proceed(request, person),
}

interface Own {
  readonly mailbox: MailboxRecord
  readonly plan: RetirementPlan
}

/** The person's own mailbox, and the plan that it is under. */
export async function ownOf({ people }: BrowserRequest, { tenant, user }: Person): Promise<Own | undefined> {
  const { mailboxes, retirementPlans } = people.deps.directory
  const plan = await retirementPlans.of(tenant.id)
  const mailbox = plan && (await mailboxes.find(tenant.id, user.id))
  return mailbox?.externalDirectoryObjectId === user.id ? { mailbox, plan: plan! } : undefined
}

function ask(
  request: BrowserRequest,
  { tenant, signedIn: { session } }: Person,
  { mailbox, plan, protocols }: Own & { readonly protocols: readonly RetiredProtocol[] },
): HttpAnswer {
  const target = formOf(request, { step: 'own-passwords', session })
  const named = protocols.map((word) => ({ word, name: retiredNames[word] }))
  const page = { address: mailbox.primarySmtpAddress, until: plan.cutOff, protocols: named, target }
  return show(request, { ...ownPasswordsPage(request.texts, page), context: tenant.displayName })
}

function nothingToDo(request: BrowserRequest, { tenant }: Person): HttpAnswer {
  const { title, nothing } = request.texts.ownPasswords
  return show(request, { ...noticePage(title, nothing), context: tenant.displayName })
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
