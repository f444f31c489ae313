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
  takeEverybody,
} from '../../../access/records/command-line.ts'
import type { App, Tenant } from '../../../domain/directory/types.ts'
import { exchangeOnline } from '../../../core/well-known/exchange-online.ts'
import { defaultAccess } from '../../../core/well-known/resource.ts'
import type { AttemptFacts } from './attempt-facts.ts'

/** What programs that hold a person's token do at a mail server. */
const MAIL_SCOPES = ['IMAP.AccessAsUser.All', 'POP.AccessAsUser.All', 'SMTP.Send']

/** `base`: this server's own URL; undefined where the caller named it otherwise than it is called. */
type Fix = (facts: AttemptFacts, base: string | undefined) => readonly (string | undefined)[]

/**
 * What fixes a refusal, in the order in which to do it. Nothing of what the client sent stands in a command: whoever
 * pastes one must not register a stranger's redirect URI or issuer by it.
 */
export const fixOf = (code: number, facts: AttemptFacts, base: string | undefined): readonly string[] =>
  (fixes[code]?.(facts, base) ?? []).filter((it) => it !== undefined)

const secret: Fix = ({ app }) => [app && addSecret(app.id)]
const certificate: Fix = ({ app }) => [app && replaceCertificates(app.id)]
const federation: Fix = ({ app }) => [app && listFederatedCredentials(app.id)]
const registration: Fix = ({ app }) => [app && showApp(app.id)]
/** What an app by itself asks for is judged before the app is known; where it is known, it asked for a person. */
const tokenForAll: Fix = ({ tenant, app }) => [app ? undefined : fetchToken(tenant?.id, undefined)]
/** The path named no tenant, or an unknown one. */
const tokenOfTenant: Fix = ({ tenant, app }) => [tenant && fetchToken(tenant.id, app?.appId)]
const password: Fix = ({ user }) => [user?.id && replacePassword(user.id)]

const consent: Fix = ({ tenant, app, principal, resource, missing }, base) => [
  base !== undefined && tenant && app ? consentPage(base, tenant, app) : undefined,
  principal && resource && missing?.length ? consentForEverybody(principal.id, resource.id, missing) : undefined,
]

/** All of what an app may do was asked for, and nothing of it is known: what programs do with mail is. */
const firstConsent: Fix = (facts, base) => {
  const { principal, resource } = facts
  return principal && resource?.appId === exchangeOnline.appId
    ? [consentForEverybody(principal.id, resource.id, MAIL_SCOPES)]
    : registration(facts, base)
}

/** docs/reference/identity.md §6: an administrator comes back to where the app takes its answers. */
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
  // The client is judged before any resource is known.
  50105: ({ principal, resource = principal }) => [resource && takeEverybody(resource.id)],
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
