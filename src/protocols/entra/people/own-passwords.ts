import { enabledByOwnerNow, retiredNames } from '../../../access/revocation/planned-end.ts'
import type { HttpAnswer } from '../../../core/http.ts'
import type { MailboxRecord, RetiredProtocol, RetirementPlan } from '../../../domain/directory/types.ts'
import { deny } from '../errors/errors.ts'
import { noticePage } from '../pages/notice-pages.ts'
import { ownPasswordsPage } from '../pages/own-passwords-page.ts'
import type { Person } from '../person.ts'
import type { RequestingApp, PendingRequest } from './pending-request.ts'
import { failing } from './failing.ts'
import { formOf, show, type PageRequest } from './page-request.ts'

/** A person comes by themselves, to this server: no app asks. */
export async function ownPasswordsAsker(visit: PageRequest): Promise<RequestingApp> {
  const tenant = (await visit.people.deps.directory.tenants.find(visit.told.tenant)) ?? deny(90002, visit.told.tenant)
  return {
    app: { displayName: tenant.displayName, tenant: tenant.id },
    tenant,
    errand: async () => errand,
    refused: (refusal) => failing(visit, refusal),
  }
}

const errand: PendingRequest = {
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
  consented: (visit, person) => errand.proceed(visit, person),
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
