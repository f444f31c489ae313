import type { AppId, AppObjectId, Guid, TenantId, UserId } from '../../core/ids.ts'
import { ask, sql, type Statements } from '../../storage/engine.ts'
import type { Check, CheckName, SignIn, SignInId, SignInKind, SignInProtocol, UsedCredential } from './types.ts'

export function* keepAll(batch: readonly SignIn[]): Statements<void> {
  for (const one of batch) {
    const checks = textOf(one.checks)
    const fix = JSON.stringify(one.fix)
    yield* ask(sql`insert into audit_sign_in (id, tenant, at, count, kind, protocol, mailbox, app_id, app_object_id, app_name,
        user_id, user_name, user_name_folded, user_display_name, resource_id, resource_name, from_address,
        authentication, credential, credential_key, outcome, error_code, failure_reason, checks, failed, fix, wire,
        correlation)
      values (${one.signInId}, ${one.tenant ?? ''}, ${one.at}, ${one.count}, ${one.kind}, ${one.protocol},
        ${one.mailbox ?? null}, ${one.app?.appId ?? null}, ${one.app?.id ?? null}, ${one.appDisplayName ?? null},
        ${one.user?.id ?? null}, ${one.user?.userPrincipalName ?? null},
        ${one.user?.userPrincipalName.toLowerCase() ?? null}, ${one.user?.displayName ?? null},
        ${one.resource?.id ?? null}, ${one.resource?.displayName ?? null}, ${one.from}, ${one.authentication},
        ${one.credential?.kind ?? null}, ${one.credential?.keyId ?? null}, ${one.outcome}, ${one.errorCode},
        ${one.failureReason ?? null}, ${checks}, ${one.failed ?? null}, ${fix}, ${one.wire}, ${one.correlation ?? null})
      on conflict (id) do update set at = ${one.at}, count = ${one.count}, failure_reason = ${one.failureReason ?? null},
        checks = ${checks}, fix = ${fix}, wire = ${one.wire}, correlation = ${one.correlation ?? null}`)
  }
}

/** A decision that is made from memory comes with the very checks of the one before it. */
const texts = new WeakMap<readonly Check[], string>()

function textOf(checks: readonly Check[]): string {
  const text = texts.get(checks) ?? JSON.stringify(checks)
  texts.set(checks, text)
  return text
}

export interface SignInRow {
  readonly id: SignInId
  readonly tenant: TenantId | ''
  readonly at: number
  readonly count: number
  readonly kind: SignInKind
  readonly protocol: SignInProtocol
  readonly mailbox: string | null
  readonly app_id: AppId | null
  readonly app_object_id: AppObjectId | null
  readonly app_name: string | null
  readonly user_id: UserId | null
  readonly user_name: string | null
  readonly user_display_name: string | null
  readonly resource_id: Guid | null
  readonly resource_name: string | null
  readonly from_address: string
  readonly authentication: SignIn['authentication']
  readonly credential: UsedCredential['kind'] | null
  readonly credential_key: Guid | null
  readonly outcome: SignIn['outcome']
  readonly error_code: number
  readonly failure_reason: string | null
  readonly checks: string
  readonly failed: CheckName | null
  readonly fix: string
  readonly wire: string
  readonly correlation: Guid | null
}

export const signInOf = (row: SignInRow): SignIn => ({
  signInId: row.id,
  tenant: row.tenant === '' ? undefined : row.tenant,
  at: row.at,
  count: row.count,
  kind: row.kind,
  protocol: row.protocol,
  mailbox: row.mailbox ?? undefined,
  app: row.app_id === null ? undefined : { appId: row.app_id, id: row.app_object_id ?? undefined },
  appDisplayName: row.app_name ?? undefined,
  user: userOf(row),
  resource: row.resource_id === null ? undefined : { id: row.resource_id, displayName: row.resource_name ?? '' },
  from: row.from_address,
  authentication: row.authentication,
  credential: row.credential === null ? undefined : { kind: row.credential, keyId: row.credential_key ?? undefined },
  outcome: row.outcome,
  errorCode: row.error_code,
  failureReason: row.failure_reason ?? undefined,
  checks: JSON.parse(row.checks) as Check[],
  failed: row.failed ?? undefined,
  fix: JSON.parse(row.fix) as string[],
  wire: row.wire,
  correlation: row.correlation ?? undefined,
})

const userOf = (row: SignInRow): SignIn['user'] =>
  row.user_name === null
    ? undefined
    : {
        id: row.user_id ?? undefined,
        userPrincipalName: row.user_name,
        displayName: row.user_display_name ?? undefined,
      }
