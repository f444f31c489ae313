import type { TenantId } from '../core/ids.ts'
import { guidInOrder } from '../core/world.ts'
import type { SignIn, SignInId, SignInProtocol } from '../domain/audit/types.ts'
import type { App, Directory } from '../domain/directory/types.ts'
import type { AppTokenClaims } from '../domain/tokens/types.ts'
import type { AccessDeps } from './access.ts'
import type { Decision } from './decide.ts'
import { printable } from './printable.ts'
import type { Credential, MailProtocol } from './types.ts'

interface Decided {
  readonly credential: Credential
  readonly protocol: SignInProtocol
  readonly address: string | undefined
  readonly from: string
  /** Of a token whose signature held. */
  readonly claims: Partial<AppTokenClaims> | undefined
  readonly decision: Decision
  /** Looked up when it is not given. */
  readonly app?: Pick<App, 'id'> | undefined
}

/** Puts the decision on record, and answers the id under which it is found. */
export async function record(deps: AccessDeps, decided: Decided): Promise<SignInId> {
  const { directory } = deps
  const appId = decided.claims?.appid
  const app = decided.app ?? (appId && (await directory.apps.identify(appId)))
  const tenant = decided.claims?.tid ?? (await tenantOf(directory, decided.address))
  const signInId = deps.signIns.record(signInOf(deps, { ...decided, app }, tenant))
  const { failed } = decided.decision
  const about = { signIn: signInId, protocol: decided.protocol, app: appId, from: decided.from }
  if (failed) deps.log.info({ ...about, failed }, 'A sign-in was refused')
  else deps.log.debug(about, 'A sign-in was granted')
  return signInId
}

/** The decision as it is kept and explained. */
export function signInOf(deps: AccessDeps, decided: Decided, tenant: TenantId | undefined): SignIn {
  const { protocol, address, claims, decision, app, credential } = decided
  const authentication = 'bearer' in credential ? 'Bearer' : 'Basic'
  return {
    signInId: guidInOrder(deps.world),
    tenant,
    at: deps.world.now(),
    count: 1,
    protocol,
    mailbox: address === undefined ? undefined : printable(address),
    app: claims?.appid && { appId: claims.appid, id: app?.id },
    from: decided.from,
    authentication,
    outcome: decision.failed ? 'refused' : 'granted',
    links: decision.links,
    failed: decision.failed,
    mend: decision.mend,
    wire: isMail(protocol)
      ? (deps.wire[protocol]?.(decision.failed, authentication, 'sasl' in credential) ?? '')
      : '401 Unauthorized',
  }
}

const isMail = (protocol: SignInProtocol): protocol is MailProtocol =>
  protocol === 'imap' || protocol === 'pop3' || protocol === 'smtp'

/** Without a token that tells, the one whose domain the address has: its administrator will ask why. */
async function tenantOf(directory: Directory, address: string | undefined): Promise<TenantId | undefined> {
  const domain = address?.slice(address.lastIndexOf('@') + 1)
  return domain ? (await directory.tenants.find(domain))?.id : undefined
}
