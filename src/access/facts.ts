import type { AppId, ServicePrincipalId, TenantId } from '../core/ids.ts'
import type { Directory, MailboxRecord } from '../domain/directory/types.ts'
import { exchangeOnline } from '../domain/directory/well-known/exchange-online.ts'

/** Whose facts: as a token's claims name it. */
export interface AppIdentity {
  readonly tid: TenantId
  readonly appid: AppId
  readonly oid: ServicePrincipalId
}

/** What the directory says about a caller. Each is looked up when it is first asked for, and once. */
export function callerFacts(directory: Directory, { tid, appid, oid }: AppIdentity) {
  return {
    principal: once(() => directory.servicePrincipals.find(tid, { id: oid })),
    app: once(() => directory.apps.identify(appid)),
    /** Application permissions that are assigned on Exchange Online. */
    exchangeRoles: once(() => directory.assignments.roles(tid, oid, exchangeOnline.appId)),
    exchangePrincipal: once(() => directory.exchange.findByAppId(tid, appid)),
  }
}

export type CallerFacts = ReturnType<typeof callerFacts>

/** The mailbox that an address names, in the caller's own tenant and nowhere else. */
export const mailboxFact = (
  directory: Directory,
  tenant: TenantId,
  address: string | undefined,
): (() => Promise<MailboxRecord | undefined>) =>
  once(async () => (address ? directory.mailboxes.findByAddress(tenant, address) : undefined))

function once<T>(look: () => Promise<T>): () => Promise<T> {
  let found: Promise<T> | undefined
  return () => (found ??= look())
}
