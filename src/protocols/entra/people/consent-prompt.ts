import { hash } from 'node:crypto'
import type { HttpAnswer } from '../../../core/http.ts'
import { isRefusedFor } from '../../../core/refusal.ts'
import type { App, Directory, ServicePrincipal, Tenant } from '../../../domain/directory/types.ts'
import { assertPersonAssigned } from '../client.ts'
import { deny, refusalOf } from '../errors/errors.ts'
import { approvalPage, type ConsentRequest, consentPage, type RequestedPermission } from '../pages/consent-pages.ts'
import type { Texts } from '../pages/texts/english.ts'
import type { Person } from '../person.ts'
import type { RequestedScope } from '../scopes/scope.ts'
import { type ResourceConsent, resourceConsents } from '../scopes/consent.ts'
import { actingAs, mayConsentForAll } from './administrators.ts'
import { formOf, type BrowserRequest, showPage } from './browser-request.ts'
import type { ConsentAnswer } from './pending-request.ts'
import type { FlowRequest } from './flow-state.ts'
import { describePermission } from './requested-permissions.ts'

/** The permissions that an app asks a user for. */
export interface ConsentPrompt {
  readonly app: App
  readonly principal: ServicePrincipal | undefined
  readonly consents: readonly ResourceConsent[]
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
  const consents = await resourceConsents(people.deps, { tenant, app, principal, user }, scope, attempt)
  return { app, principal, consents }
}

/** Returns the app's service principal in the user's tenant, if it exists. */
async function principalFor({ people, attempt }: BrowserRequest, app: App, { tenant, user }: Person) {
  const principal = await people.deps.directory.servicePrincipals.find(tenant.id, { appId: app.appId })
  if (!principal) return undefined
  attempt.knows({ principal })
  if (!principal.accountEnabled) deny(7000112, app.appId, app.displayName)
  await assertPersonAssigned(people.deps, principal, user)
  attempt.passed('client', `The app ${app.appId} has the service principal ${principal.id} in the tenant.`)
  return principal
}

/** Returns true if consent is missing, or the tenant has no service principal of the app. */
export const needsConsent = ({ principal, consents }: ConsentPrompt): boolean =>
  principal === undefined || consents.some(({ missing }) => missing.length > 0)

/** Asks the user for consent, or tells them to ask an administrator. */
export async function askForConsent(
  request: BrowserRequest,
  requested: ConsentPrompt,
  person: Person,
  schemes: readonly string[],
): Promise<HttpAnswer> {
  const { app, consents } = requested
  const open = consents.find(({ missing }) => missing.length > 0)
  if (open) request.attempt.knows({ resource: open.resource, missing: open.missing })
  const administrator = await mayConsentForAll(request.people.deps, person)
  if (!administrator && needsAdministrator(requested)) return sendToAdministrator(request, app, person, schemes)
  return showConsentPage(request, app, person, schemes, {
    ...inWordsOf(request, requested),
    forAll: administrator ? 'offered' : 'no',
  })
}

/** The permissions of a consent page. */
export type ConsentPermissions = Pick<ConsentRequest, 'scopes' | 'roles'>

const inWordsOf = ({ texts }: BrowserRequest, { consents }: ConsentPrompt): ConsentPermissions => ({
  scopes: consents.flatMap((consent) => permissionsOf(texts, consent)),
  roles: [],
})

/** Identifies the permissions of a consent page: the app's request may change while a user reads it. */
export const consentId = ({ scopes, roles }: ConsentPermissions): string =>
  hash('sha256', JSON.stringify([scopes, roles]), 'base64url')

const needsAdministrator = ({ consents }: ConsentPrompt): boolean => consents.some((it) => it.needsAdministrator)

/** Shows the consent page. Until the user answers, the record of the sign-in says that consent is missing. */
export async function showConsentPage(
  request: BrowserRequest,
  app: App,
  person: Person,
  formSchemes: readonly string[],
  requested: ConsentPermissions & Pick<ConsentRequest, 'forAll'>,
): Promise<HttpAnswer> {
  request.attempt.refused(refusalOf(65001, app.appId, app.displayName))
  const target = consentForm(request, person, consentId(requested))
  const page = consentPage(request.texts, { ...(await introduction(request, app, person)), ...requested, target })
  return showPage(request, { ...page, context: person.tenant.displayName, formSchemes })
}

/** The user may return to the app, or sign in as another user. */
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
  return showPage(request, { ...page, context: person.tenant.displayName, formSchemes })
}

const consentForm = (request: BrowserRequest, { signedIn: { session } }: Person, consent?: string) =>
  formOf(request, { step: 'consent', session, ...(consent !== undefined && { consent }) })

/** The app, publisher and user, as the page shows them. */
async function introduction({ people }: BrowserRequest, app: App, { tenant, user }: Person) {
  const owner: Tenant | undefined = await people.deps.directory.tenants.find(app.tenant)
  return {
    app: { name: app.displayName, id: app.appId },
    publisher: { name: owner?.displayName ?? app.tenant, own: app.tenant === tenant.id },
    account: user.userPrincipalName,
  }
}

/** Describes the requested permissions, including those with consent. */
const permissionsOf = (texts: Texts, { resource, consented, missing }: ResourceConsent): RequestedPermission[] =>
  [...missing, ...consented].map((value) => {
    const scope = resource.oauth2PermissionScopes.find((it) => it.value === value)
    const name = scope?.userConsentDisplayName ?? scope?.adminConsentDisplayName ?? value
    const meaning = scope?.userConsentDescription ?? scope?.adminConsentDescription ?? value
    return describePermission(texts, resource, { value, name, meaning, administrators: scope?.type === 'Admin' })
  })

/**
 * Stores the consent. A refusal goes to the app. Returns false, and stores nothing, if the page listed other
 * permissions than the app requests now.
 */
export async function storeConsent(
  request: BrowserRequest,
  requested: ConsentPrompt,
  person: Person,
  { says, to }: ConsentAnswer,
): Promise<boolean> {
  const { app, consents } = requested
  const administrator = await mayConsentForAll(request.people.deps, person)
  if (!administrator && (needsAdministrator(requested) || says === 'accept-for-all'))
    deny(90094, app.appId, app.displayName)
  if (says === 'cancel') deny(65004)
  if (to !== consentId(inWordsOf(request, requested))) return false
  const directory = actingAs(request, person)
  const client = await addServicePrincipal(directory, app, person.tenant)
  const people =
    says === 'accept-for-all'
      ? ({ consentType: 'AllPrincipals', user: undefined } as const)
      : ({ consentType: 'Principal', user: person.user.id } as const)
  for (const { resource, missing, consented } of consents) {
    // A consent for all users includes what this user consented to before.
    const scopes = says === 'accept-for-all' ? [...missing, ...consented] : missing
    if (scopes.length === 0) continue
    await directory.consents.grant(person.tenant.id, { client: client.id, resource: resource.id, scopes, ...people })
  }
  return true
}

/** docs/reference/identity.md §5: consent creates the service principal if it is missing. */
export async function addServicePrincipal(
  { servicePrincipals }: Directory,
  { appId }: App,
  { id }: Tenant,
): Promise<ServicePrincipal> {
  const there = () => servicePrincipals.find(id, { appId })
  try {
    return (await there()) ?? (await servicePrincipals.create(id, { appId }))
  } catch (thrown) {
    // Another user consented at the same moment.
    const found = isRefusedFor('already-exists', thrown) ? await there() : undefined
    if (found) return found
    throw thrown
  }
}

/** Returns the URL that starts the flow again. */
function flowRequestUrl(flow: FlowRequest, further: Readonly<Record<string, string>>): string {
  // A user types the device code: it never comes with a link.
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
