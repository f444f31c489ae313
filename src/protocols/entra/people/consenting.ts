import { hash } from 'node:crypto'
import type { HttpAnswer } from '../../../core/http.ts'
import { isRefusedFor } from '../../../core/refusal.ts'
import type { App, Directory, ServicePrincipal, Tenant } from '../../../domain/directory/types.ts'
import { assertPersonAssigned } from '../client.ts'
import { deny, refusalOf } from '../errors/errors.ts'
import { approvalPage, type ConsentRequest, consentPage, type RequestedPermission } from '../pages/consent-pages.ts'
import type { Texts } from '../pages/texts/english.ts'
import type { Person } from '../person.ts'
import type { RequestedScope } from '../scopes/asked-scope.ts'
import { type ResourceConsent, resourceConsents } from '../scopes/consent.ts'
import { actingAs, mayConsentForAll } from './administrators.ts'
import { formOf, type BrowserRequest, show } from './browser-request.ts'
import type { ConsentAnswer } from './pending-request.ts'
import type { FlowRequest } from './flow-state.ts'
import { inWords } from './permissions-asked.ts'

/** What an app asks a person for. */
export interface ConsentPrompt {
  readonly app: App
  readonly principal: ServicePrincipal | undefined
  readonly questions: readonly ResourceConsent[]
}

export async function consentPromptFor(
  request: BrowserRequest,
  app: App,
  scope: RequestedScope,
  person: Person,
): Promise<ConsentPrompt> {
  const { people, attempt } = request
  const { tenant, user } = person
  const principal = await principalFor(request, app, person)
  const questions = await resourceConsents(people.deps, { tenant, app, principal, user }, scope, attempt)
  return { app, principal, questions }
}

/** The app as the person's tenant has it, where it has it already. */
async function principalFor({ people, attempt }: BrowserRequest, app: App, { tenant, user }: Person) {
  const principal = await people.deps.directory.servicePrincipals.find(tenant.id, { appId: app.appId })
  if (!principal) return undefined
  attempt.knows({ principal })
  if (!principal.accountEnabled) deny(7000112, app.appId, app.displayName)
  await assertPersonAssigned(people.deps, principal, user)
  attempt.passed('client', `The app ${app.appId} has the service principal ${principal.id} in the tenant.`)
  return principal
}

/** Whether somebody has to be asked: also where the tenant does not know the app yet. */
export const isOpen = ({ principal, questions }: ConsentPrompt): boolean =>
  principal === undefined || questions.some(({ missing }) => missing.length > 0)

/** Asks the person, or says that an administrator has to be asked. */
export async function askForConsent(
  request: BrowserRequest,
  asked: ConsentPrompt,
  person: Person,
  schemes: readonly string[],
): Promise<HttpAnswer> {
  const { app, questions } = asked
  const open = questions.find(({ missing }) => missing.length > 0)
  if (open) request.attempt.knows({ resource: open.resource, missing: open.missing })
  const administrator = await mayConsentForAll(request.people.deps, person)
  if (!administrator && needsAdministrator(asked)) return sendToAdministrator(request, app, person, schemes)
  return askToAccept(request, app, person, schemes, {
    ...inWordsOf(request, asked),
    forAll: administrator ? 'offered' : 'no',
  })
}

/** What is put to a person, in words. */
export type Put = Pick<ConsentRequest, 'scopes' | 'roles'>

const inWordsOf = ({ texts }: BrowserRequest, { questions }: ConsentPrompt): Put => ({
  scopes: questions.flatMap((question) => wantedOf(texts, question)),
  roles: [],
})

/** Names a question, for the answer to say which it is to: what an app asks for may change while its page is read. */
export const consentId = ({ scopes, roles }: Put): string =>
  hash('sha256', JSON.stringify([scopes, roles]), 'base64url')

const needsAdministrator = ({ questions }: ConsentPrompt): boolean => questions.some((it) => it.needsAdministrator)

/** Until it is answered, the sign-in stands on record as one that consent is missing for. */
export async function askToAccept(
  request: BrowserRequest,
  app: App,
  person: Person,
  formSchemes: readonly string[],
  asked: Put & Pick<ConsentRequest, 'forAll'>,
): Promise<HttpAnswer> {
  request.attempt.refused(refusalOf(65001, app.appId, app.displayName))
  const target = consentForm(request, person, consentId(asked))
  const page = consentPage(request.texts, { ...(await introduction(request, app, person)), ...asked, target })
  return show(request, { ...page, context: person.tenant.displayName, formSchemes })
}

/** The person may go back to the app, or begin again as somebody else. */
export function sendToAdministrator(
  request: BrowserRequest,
  app: App,
  person: Person,
  formSchemes: readonly string[],
): HttpAnswer {
  request.attempt.refused(refusalOf(90094, app.appId, app.displayName))
  const otherAccount = flowRequestUrl(request.flow, { prompt: 'select_account' })
  const target = consentForm(request, person)
  const page = approvalPage(request.texts, { app: app.displayName, otherAccount, target })
  return show(request, { ...page, context: person.tenant.displayName, formSchemes })
}

const consentForm = (request: BrowserRequest, { signedIn: { session } }: Person, consent?: string) =>
  formOf(request, { step: 'consent', session, ...(consent !== undefined && { consent }) })

/** Who asks whom, in words. */
async function introduction({ people }: BrowserRequest, app: App, { tenant, user }: Person) {
  const owner: Tenant | undefined = await people.deps.directory.tenants.find(app.tenant)
  return {
    app: { name: app.displayName, id: app.appId },
    publisher: { name: owner?.displayName ?? app.tenant, own: app.tenant === tenant.id },
    account: user.userPrincipalName,
  }
}

/** What is asked for, what was consented to before included. */
const wantedOf = (texts: Texts, { resource, consented, missing }: ResourceConsent): RequestedPermission[] =>
  [...missing, ...consented].map((value) => {
    const scope = resource.oauth2PermissionScopes.find((it) => it.value === value)
    const name = scope?.userConsentDisplayName ?? scope?.adminConsentDisplayName ?? value
    const meaning = scope?.userConsentDescription ?? scope?.adminConsentDescription ?? value
    return inWords(texts, resource, { value, name, meaning, administrators: scope?.type === 'Admin' })
  })

/**
 * Keeps the answer. A refusal is the app's to hear. False where it was given to something else than what is asked for now:
 * then nothing is kept, and the person is to be asked again.
 */
export async function keepAnswer(
  request: BrowserRequest,
  asked: ConsentPrompt,
  person: Person,
  { says, to }: ConsentAnswer,
): Promise<boolean> {
  const { app, questions } = asked
  const administrator = await mayConsentForAll(request.people.deps, person)
  if (!administrator && (needsAdministrator(asked) || says === 'accept-for-all'))
    deny(90094, app.appId, app.displayName)
  if (says === 'cancel') deny(65004)
  if (to !== consentId(inWordsOf(request, asked))) return false
  const directory = actingAs(request, person)
  const client = await takeIn(directory, app, person.tenant)
  const people =
    says === 'accept-for-all'
      ? ({ consentType: 'AllPrincipals', user: undefined } as const)
      : ({ consentType: 'Principal', user: person.user.id } as const)
  for (const { resource, missing, consented } of questions) {
    // For everybody, what one person consented to before is consented to as well.
    const scopes = says === 'accept-for-all' ? [...missing, ...consented] : missing
    if (scopes.length === 0) continue
    await directory.consents.grant(person.tenant.id, { client: client.id, resource: resource.id, scopes, ...people })
  }
  return true
}

/** docs/reference/identity.md §5: consent makes the service principal, where there is none. */
export async function takeIn(
  { servicePrincipals }: Directory,
  { appId }: App,
  { id }: Tenant,
): Promise<ServicePrincipal> {
  const there = () => servicePrincipals.find(id, { appId })
  try {
    return (await there()) ?? (await servicePrincipals.create(id, { appId }))
  } catch (thrown) {
    // Somebody else consented at the same moment.
    const found = isRefusedFor('already-exists', thrown) ? await there() : undefined
    if (found) return found
    throw thrown
  }
}

/** Where somebody came in with that, so that they can come in once more. */
function flowRequestUrl(flow: FlowRequest, further: Readonly<Record<string, string>>): string {
  // A code is typed by who holds the device, and never comes with a link.
  if (flow.kind === 'device') return '/devicelogin'
  const query = new URLSearchParams(flow.query)
  for (const [name, value] of Object.entries(further)) query.set(name, value)
  return `${pathOf(flow)}?${query.toString()}`
}

function pathOf({ kind, version, tenant }: FlowRequest): string {
  const segment = encodeURIComponent(tenant)
  if (kind === 'admin-consent') return version === 'v2' ? `/${segment}/v2.0/adminconsent` : `/${segment}/adminconsent`
  return version === 'v2' ? `/${segment}/oauth2/v2.0/authorize` : `/${segment}/oauth2/authorize`
}
