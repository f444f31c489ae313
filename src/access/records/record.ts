import { isoDateTime } from '../../core/time.ts'
import type { TenantId } from '../../core/ids.ts'
import { exchangeOnline } from '../../core/well-known/exchange-online.ts'
import { microsoftGraph } from '../../core/well-known/microsoft-graph.ts'
import { guidInOrder } from '../../core/world.ts'
import type { CheckName, SignIn, SignInId, SignInProtocol } from '../../domain/audit/types.ts'
import type { App, Directory, User } from '../../domain/directory/types.ts'
import type { AppTokenClaims, UserTokenClaims } from '../../domain/tokens/types.ts'
import type { Decision } from '../decide.ts'
import type { AccessDeps } from '../deps.ts'
import type { Credential, MailProtocol } from '../types.ts'
import { printable } from './command-line.ts'
import { httpWire } from './http-wire.ts'

type AppClaims = Pick<AppTokenClaims, 'tid' | 'appid' | 'app_displayname'>

/** The claims of a token that was presented or simulated. */
type RecordedClaims = AppClaims | (AppClaims & Pick<UserTokenClaims, 'oid' | 'upn' | 'name'>)

export interface Decided {
  readonly credential: Credential
  readonly protocol: SignInProtocol
  readonly address: string | undefined
  /** The tenant, if neither the token nor the address names it. */
  readonly tenant?: TenantId | undefined
  readonly from: string
  /** The claims of a token with a valid signature. */
  readonly claims: RecordedClaims | undefined
  /** The user who signed in with a password. */
  readonly person?: { readonly tenant: TenantId | undefined; readonly user: User | undefined; readonly name: string }
  /** Set if it differs from that of the check. */
  readonly errorCode?: number
  readonly decision: Decision
  /** The reply to the client, if it differs from the protocol's table. */
  readonly wire?: string
  /** Looked up if absent. */
  readonly app?: Pick<App, 'id'> | undefined
}

/** Records the decision. Returns the id of the record. */
export const record = async (deps: AccessDeps, decided: Decided): Promise<SignInId> =>
  (await recorded(deps, decided)).id

/** The same for a decision about a mailbox, which is also counted by day; see {@link Entry} for `named`. */
export async function recordUse(
  deps: AccessDeps,
  { client = '', ...decided }: Decided & { readonly client?: string | undefined },
) {
  const { id, signIn } = await recorded(deps, decided)
  deps.signIns.countUse(signIn, printable(client))
  const named = (later: string): void => {
    if (client === '') deps.signIns.nameClient(signIn, printable(later))
  }
  return { signIn: id, named }
}

async function recorded(
  deps: AccessDeps,
  decided: Decided,
): Promise<{ readonly id: SignInId; readonly signIn: SignIn }> {
  const { directory } = deps
  const appId = decided.claims?.appid
  const app = decided.app ?? (appId && (await directory.apps.identify(appId)))
  const tenant =
    decided.claims?.tid ?? decided.person?.tenant ?? decided.tenant ?? (await tenantOf(directory, decided.address))
  const signIn = signInOf(deps, { ...decided, app }, tenant)
  const signInId = deps.signIns.record(signIn)
  const { failed } = decided.decision
  const about = { signIn: signInId, protocol: decided.protocol, app: appId, from: decided.from }
  if (failed) deps.log.info({ ...about, failed }, 'A sign-in was refused')
  else deps.log.debug(about, 'A sign-in was granted')
  return { id: signInId, signIn }
}

/** The decision as it is stored and explained. */
export function signInOf(deps: AccessDeps, decided: Decided, tenant: TenantId | undefined): SignIn {
  const { protocol, address, claims, decision, app, credential } = decided
  const person = personOf(decided)
  return {
    signInId: guidInOrder(deps.world),
    tenant,
    at: deps.world.now(),
    count: 1,
    kind: person ? 'nonInteractiveUser' : 'servicePrincipal',
    protocol,
    mailbox: address === undefined ? undefined : printable(address),
    app: claims?.appid && { appId: claims.appid, id: app?.id },
    appDisplayName: claims?.app_displayname,
    user: person,
    resource: resourceOf(protocol),
    from: decided.from,
    authentication: kindOf(credential),
    credential: undefined,
    outcome: decision.failed ? 'refused' : 'granted',
    errorCode: errorCodeOf(decided),
    failureReason: decision.checks.find(({ ok }) => !ok)?.evidence,
    checks: decision.checks,
    failed: decision.failed,
    fix: decision.fix,
    wire: decided.wire ?? wireOf(deps, decided),
    correlation: undefined,
  }
}

function wireOf({ wire }: AccessDeps, { protocol, address, credential, decision }: Decided): string {
  const { failed, switchedOff } = decision
  if (!isMail(protocol)) return httpWire(failed, address)
  return wire[protocol]?.(failed, kindOf(credential), 'sasl' in credential, switchedOff) ?? ''
}

const kindOf = (credential: Credential): 'Bearer' | 'Basic' => ('bearer' in credential ? 'Bearer' : 'Basic')

function personOf({ claims, person }: Decided): SignIn['user'] {
  if (claims && 'upn' in claims) return { id: claims.oid, userPrincipalName: claims.upn, displayName: claims.name }
  if (!person) return undefined
  const { user, name } = person
  return user
    ? { id: user.id, userPrincipalName: user.userPrincipalName, displayName: user.displayName }
    : { id: undefined, userPrincipalName: printable(name), displayName: undefined }
}

/**
 * The closest error code (docs/reference/identity.md §8.2). The token service returned none, because the resource
 * refuses.
 */
function errorCodeOf({ decision: { failed }, claims, errorCode }: Decided): number {
  if (!failed) return 0
  if (failed !== 'token') return errorCode ?? errorCodes[failed]
  return claims ? errorCodes.token : INVALID_TOKEN
}

/** The token is not from this server, or is incomplete. */
const INVALID_TOKEN = 50027

const errorCodes: Readonly<Record<CheckName, number>> = {
  tenant: 90002,
  client: 700016,
  clientCredential: 7000215,
  grant: 70000,
  token: 500133,
  // The sign-in is blocked, because the protocol accepts no passwords.
  basicAuthentication: 530035,
  audience: 500011,
  role: 501051,
  roleAssignment: 501051,
  servicePrincipal: 7000112,
  exchangeServicePrincipal: 7000229,
  user: 50057,
  resource: 500011,
  consent: 65001,
  mailbox: 50034,
  managementScope: 50105,
  applicationAccessPolicy: 53003,
  protocolEnabled: 53003,
  mailboxPermission: 50105,
  sendAs: 50105,
}

function resourceOf(protocol: SignInProtocol): SignIn['resource'] {
  const { appId, displayName } = protocol === 'graph' ? microsoftGraph : exchangeOnline
  return { id: appId, displayName }
}

const isMail = (protocol: SignInProtocol): protocol is MailProtocol =>
  protocol === 'imap' || protocol === 'pop3' || protocol === 'smtp'

/**
 * The tenant whose administrators can read the record, if the token does not name it: the tenant with the address's
 * domain, or the only tenant of this server.
 */
async function tenantOf({ tenants }: Directory, address: string | undefined): Promise<TenantId | undefined> {
  const domain = address?.slice(address.lastIndexOf('@') + 1)
  const named = domain ? await tenants.find(domain) : undefined
  return (named ?? (await tenants.only()))?.id
}

/** A decision as `postern explain`, Postern's own API and Graph's sign-in records show it. */
export const explained = (signIn: SignIn) => ({
  signInId: signIn.signInId as string,
  at: isoDateTime(signIn.at),
  protocol: signIn.protocol,
  mailbox: signIn.mailbox ?? null,
  app: signIn.app ? { appId: signIn.app.appId, id: signIn.app.id ?? null } : null,
  outcome: signIn.outcome,
  checks: signIn.checks,
  failed: signIn.failed ?? null,
  fix: signIn.fix,
  wire: signIn.wire,
  // Further facts of the record.
  appDisplayName: signIn.appDisplayName ?? null,
  kind: signIn.kind,
  user: signIn.user ? { id: signIn.user.id ?? null, userPrincipalName: signIn.user.userPrincipalName } : null,
  resource: signIn.resource ?? null,
  authentication: signIn.authentication,
  credential: signIn.credential ? { kind: signIn.credential.kind, keyId: signIn.credential.keyId ?? null } : null,
  from: signIn.from,
  count: signIn.count,
  errorCode: signIn.errorCode,
  correlationId: signIn.correlation ?? null,
})
