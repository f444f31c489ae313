import {
  addPrincipal,
  addSecret,
  allowPublicClient,
  consentForEverybody,
  enablePrincipal,
  enableUser,
  fetchToken,
  grantAppRole,
  listApps,
  listFederatedCredentials,
  listPrincipals,
  listUsers,
  openToOtherTenants,
  replaceCertificates,
  replacePassword,
  showApp,
  allowUnassignedUsers,
} from '../../../access/records/command-line.ts'
import { didYouMean } from '../../../core/did-you-mean.ts'
import type { HttpRequest } from '../../../core/http.ts'
import { isGuid } from '../../../core/ids.ts'
import { exchangeOnline } from '../../../core/well-known/exchange-online.ts'
import { defaultAccess } from '../../../core/well-known/resource.ts'
import type { SignInKind, SignInUser, UsedCredential } from '../../../domain/audit/types.ts'
import type { App, Directory, ServicePrincipal, Tenant } from '../../../domain/directory/types.ts'

/** The facts that are known about a sign-in so far. */
export interface AttemptFacts {
  readonly tenant?: Tenant
  readonly app?: App
  /** The app's service principal in the tenant. */
  readonly principal?: ServicePrincipal
  readonly user?: SignInUser
  readonly resource?: ServicePrincipal
  readonly credential?: UsedCredential
  /** Values of the scopes that lack consent. */
  readonly missing?: readonly string[]
  /** The kind of the sign-in, if neither the user nor the page tells it. */
  readonly kind?: SignInKind
}

/** The scopes that mail programs use for a user. */
const MAIL_SCOPES = ['IMAP.AccessAsUser.All', 'POP.AccessAsUser.All', 'SMTP.Send']

/** `base` is this server's URL; undefined if the request named another host. */
type Fix = (facts: AttemptFacts, base: string | undefined) => readonly (string | undefined)[]

/**
 * Returns the commands that fix a refusal, in order. They contain no value that the client sent: nobody who pastes one
 * must register a stranger's redirect URI or issuer.
 */
export const fixOf = (code: number, facts: AttemptFacts, base: string | undefined): readonly string[] =>
  (fixes[code]?.(facts, base) ?? []).filter((it) => it !== undefined)

const secret: Fix = ({ app }) => [app && addSecret(app.id)]
const certificate: Fix = ({ app }) => [app && replaceCertificates(app.id)]
const federation: Fix = ({ app }) => [app && listFederatedCredentials(app.id)]
const registration: Fix = ({ app }) => [app && showApp(app.id)]
/** An app's own scope is checked before the app is known. If the app is known, it asked for a user's token. */
const tokenForAll: Fix = ({ tenant, app }) => [app ? undefined : fetchToken(tenant?.id, undefined)]
/** The path named no tenant, or an unknown one. */
const tokenOfTenant: Fix = ({ tenant, app }) => [tenant && fetchToken(tenant.id, app?.appId)]
const password: Fix = ({ user }) => [user?.id && replacePassword(user.id)]

const consent: Fix = ({ tenant, app, principal, resource, missing }, base) => [
  base !== undefined && tenant && app ? consentPage(base, tenant, app) : undefined,
  principal && resource && missing?.length ? consentForEverybody(principal.id, resource.id, missing) : undefined,
]

/** The client asked for `.default` and the app lists no permissions, so this suggests those of mail programs. */
const firstConsent: Fix = (facts, base) => {
  const { principal, resource } = facts
  return principal && resource?.appId === exchangeOnline.appId
    ? [consentForEverybody(principal.id, resource.id, MAIL_SCOPES)]
    : registration(facts, base)
}

/** docs/reference/identity.md §6: after consent, the administrator returns to the app's redirect URI. */
function consentPage(base: string, tenant: Tenant, { appId, redirectUris }: App): string | undefined {
  const [redirect] = [...redirectUris.web, ...redirectUris.spa, ...redirectUris.publicClient]
  if (redirect === undefined) return undefined
  const query = new URLSearchParams({ client_id: appId, redirect_uri: redirect })
  return `${base}/${tenant.id}/adminconsent?${query.toString()}`
}

const fixes: Readonly<Record<number, Fix>> = {
  50001: ({ resource }) => [resource && enablePrincipal(resource.id)],
  50011: registration,
  50012: certificate,
  50034: () => [listUsers()],
  50053: password,
  50055: password,
  50056: password,
  50057: ({ user }) => [user?.id && enableUser(user.id)],
  // The client is checked before the resource is known.
  50105: ({ principal, resource = principal }) => [resource && allowUnassignedUsers(resource.id)],
  50059: tokenOfTenant,
  50194: ({ app }) => [app && openToOtherTenants(app.id)],
  65001: consent,
  70021: federation,
  90002: tokenOfTenant,
  90008: consent,
  90094: consent,
  500011: () => [listPrincipals()],
  500113: registration,
  501051: ({ principal, resource }) => [
    principal && resource && grantAppRole(principal.id, resource.id, defaultAccess),
  ],
  650056: consent,
  650057: firstConsent,
  700016: ({ app }) => [app ? addPrincipal(app.appId) : listApps()],
  700022: tokenForAll,
  700025: ({ app }) => [app && allowPublicClient(app.id, false)],
  700027: certificate,
  700030: registration,
  700211: federation,
  700212: federation,
  700213: federation,
  900023: tokenOfTenant,
  1002012: tokenForAll,
  9001023: tokenOfTenant,
  7000112: ({ principal }) => [principal && enablePrincipal(principal.id)],
  7000215: secret,
  7000216: secret,
  7000218: ({ app }) => [app && addSecret(app.id), app && allowPublicClient(app.id, true)],
  7000222: secret,
  7000229: ({ app }) => [app && addPrincipal(app.appId)],
}

/** The refusals for a path without a tenant, or with an unknown one. */
export const tenantCodes: ReadonlySet<string> = new Set(['50059', '90002', '900023', '9001023'])

const shared = new Set(['common', 'organizations', 'consumers'])

/** The app that a token request names, wherever it is registered. The client has not proved that it is this app. */
export async function namedApp({ apps }: Directory, { body, headers }: HttpRequest): Promise<App | undefined> {
  const text = Buffer.from(body).toString('latin1')
  const basic = /^basic +(\S+)$/i.exec(headers.authorization?.trim() ?? '')?.[1] ?? ''
  const inHeader = Buffer.from(basic, 'base64').toString('latin1').split(':')[0] ?? ''
  const clientId = /(?:^|&)client_id=([\da-f-]{36})(?:&|$)/i.exec(text)?.[1] ?? inHeader
  return isGuid(clientId) ? apps.findAnywhere(clientId.toLowerCase()) : undefined
}

/**
 * Says what a program should write in place of the tenant in the path. Only the administrators of `tenant` read it, so
 * it names domains of that tenant alone.
 */
export function tenantHint(segment: string, { id, domains }: Tenant, base: string | undefined): string {
  const name = domains[0] ?? id
  const authority = `${base ?? 'https://HOST'}/${name}`
  const inCode = `In MSAL set the authority to '${authority}'; in azure-identity set tenant_id to '${name}'.`
  if (shared.has(segment.toLowerCase())) {
    return `An app that signs in as itself has no user who tells its tenant, so the path has to name it. ${inCode}`
  }
  const meant = didYouMean(segment, [...domains, id]) ?? domains.find((domain) => isLabelOf(segment, domain))
  const passwordRequest = meant === undefined ? `The app belongs to the tenant '${name}'.` : `Did you mean '${meant}'?`
  return `${passwordRequest} ${inCode}`
}

/** Returns true for `contoso` or `contso` in place of `contoso.test`. */
const isLabelOf = (segment: string, domain: string): boolean =>
  didYouMean(segment, [domain.split('.', 1)[0] ?? '']) !== undefined
