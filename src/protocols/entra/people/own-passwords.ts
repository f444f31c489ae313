import { enabledByOwnerNow, retiredNames } from '../../../access/revocation/planned-end.ts'
import type { HttpAnswer } from '../../../core/http.ts'
import type { MailboxRecord, RetiredProtocol, RetirementPlan } from '../../../domain/directory/types.ts'
import { deny } from '../errors/errors.ts'
import { noticePage, ownPasswordsPage } from '../pages/notice-pages.ts'
import type { Person } from '../person.ts'
import { errorPage, formOf, type BrowserRequest, showPage } from './browser-request.ts'
import type { PendingRequest, RequestingApp } from './pending-request.ts'

/** A user opens this page directly; no app sent them. */
export async function ownPasswordsRequester(request: BrowserRequest): Promise<RequestingApp> {
  const tenant =
    (await request.people.deps.directory.tenants.find(request.flow.tenant)) ?? deny(90002, request.flow.tenant)
  return {
    app: { displayName: tenant.displayName, tenant: tenant.id },
    tenant,
    pendingRequest: async () => pendingRequest,
    refused: (refusal) => errorPage(request, refusal),
  }
}

const pendingRequest: PendingRequest = {
  prompts: new Set(),
  loginHint: undefined,
  maxAge: undefined,
  schemes: [],
  async proceed(request, person) {
    request.attempt.granted()
    const own = await ownMailbox(request, person)
    const protocols = own ? enabledByOwnerNow(own.plan, own.mailbox, request.people.deps.world.now()) : []
    return own && protocols.length > 0 ? ask(request, person, { ...own, protocols }) : nothingToDo(request, person)
  },
  consented: (request, person) => pendingRequest.proceed(request, person),
}

interface Own {
  readonly mailbox: MailboxRecord
  readonly plan: RetirementPlan
}

/** The user's own mailbox, and its retirement plan. */
export async function ownMailbox({ people }: BrowserRequest, { tenant, user }: Person): Promise<Own | undefined> {
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
  return showPage(request, { ...ownPasswordsPage(request.texts, page), context: tenant.displayName })
}

function nothingToDo(request: BrowserRequest, { tenant }: Person): HttpAnswer {
  const { title, nothing } = request.texts.ownPasswords
  return showPage(request, { ...noticePage(title, nothing), context: tenant.displayName })
}
