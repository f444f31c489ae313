import type { AppId, AppObjectId, Guid, TenantId, UserId } from '../../core/ids.ts'
import { ask, inARow, sql, type Sql, type Statement, type Statements, type SqlValue } from '../../storage/engine.ts'
import type {
  Check,
  CheckName,
  SignIn,
  SignInId,
  SignInKind,
  SignInPage,
  SignInProtocol,
  UsedCredential,
} from './types.ts'

/** The tenant column of a sign-in that belongs to no tenant. */
export const NO_TENANT = ''

export function* keepAll(batch: readonly SignIn[]): Statements<void> {
  for (const one of batch) {
    const checks = textOf(one.checks)
    const fix = JSON.stringify(one.fix)
    yield* ask(sql`insert into audit_sign_in (id, tenant, at, count, kind, protocol, mailbox, app_id, app_object_id, app_name,
        user_id, user_name, user_name_folded, user_display_name, resource_id, resource_name, from_address,
        authentication, credential, credential_key, outcome, error_code, failure_reason, checks, failed, fix, wire,
        correlation)
      values (${one.signInId}, ${one.tenant ?? NO_TENANT}, ${one.at}, ${one.count}, ${one.kind}, ${one.protocol},
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
  /** Ascending in the order in which a node wrote its records. */
  readonly place: number
  readonly id: SignInId
  readonly tenant: TenantId | typeof NO_TENANT
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
  tenant: row.tenant === NO_TENANT ? undefined : row.tenant,
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

/** The statement that finds a page of a tenant's records, newest first. */
export function pageOf(tenant: TenantId | typeof NO_TENANT, asked: SignInPage): Statement {
  const { before } = asked
  const conditions = [
    sql`tenant = ${tenant}`,
    ...given(asked.from, (from) => sql`at >= ${from}`),
    ...given(asked.until, (until) => sql`at < ${until}`),
    // The first half alone would do, but for the index, which the second lets begin in the right place.
    ...given(before, ({ at, signInId }) => sql`(at < ${at} or id < ${signInId}) and at <= ${at}`),
    ...given(asked.signInId, (id) => sql`id = ${id.toLowerCase()}`),
    ...given(asked.appId, (id) => sql`app_id = ${id.toLowerCase()}`),
    ...given(asked.userId, (id) => sql`user_id = ${id.toLowerCase()}`),
    ...given(asked.userPrincipalName, (name) => sql`user_name_folded = ${name.toLowerCase()}`),
    ...given(asked.resourceId, (id) => sql`resource_id = ${id.toLowerCase()}`),
    ...given(asked.kinds, (kinds) => oneOf('kind', kinds)),
    ...given(asked.protocols, (protocols) => oneOf('protocol', protocols)),
    ...given(asked.outcome, outcomeIs),
    ...given(asked.errorCode, (code) => sql`error_code = ${code}`),
    // Always true; repeated so that SQLite uses the index of refused sign-ins.
    ...(asked.errorCode ? [outcomeIs('refused')] : []),
    ...given(asked.correlation, (correlation) => sql`correlation = ${correlation.toLowerCase()}`),
  ]
  return inARow(
    sql`select * from audit_sign_in where `,
    ...conditions.flatMap((condition, index) => (index === 0 ? [condition] : [sql` and `, condition])),
    sql` order by at desc, id desc limit ${asked.limit}`,
  )
}

const given = <T>(value: T | undefined, condition: (value: T) => Statement): readonly Statement[] =>
  value === undefined ? [] : [condition(value)]

/** In words and not as a value: only so is the index of the refused found to fit. */
const outcomeIs = (outcome: SignIn['outcome']): Statement =>
  outcome === 'refused' ? sql`outcome = 'refused'` : sql`outcome = 'granted'`

/** `column` is one of ours, never a client's word. */
function oneOf(column: 'kind' | 'protocol', values: readonly SqlValue[]): Statement {
  const [first, ...others] = values
  if (first === undefined) return sql`1 = 0`
  return { parts: [`${column} in (`, ...others.map(() => ', '), ')'], args: values }
}

/** How long records stay, and how many of each tenant at most. */
export interface SignInRetention {
  readonly milliseconds: number
  readonly count: number
}

/** Rows removed in one transaction, so that a sign-in never waits long behind a pruning. */
const STEP = 1000

/**
 * Removes what is older than allowed, then the oldest of every tenant that has more than allowed. Anybody can be
 * refused: so refusals go first for as long as they are more than half, and no stranger pushes out what was granted.
 */
export async function prune(engine: Sql, now: number, keeping: SignInRetention): Promise<void> {
  const oldest = now - keeping.milliseconds
  const tenants = await engine.all<{ tenant: string }>(sql`select distinct tenant from audit_sign_in`)
  for (const { tenant } of tenants) {
    await removeOlder(engine, tenant, oldest)
    const surplus = (await held(engine, tenant)) - keeping.count
    if (surplus <= 0) continue
    const ofRefused = Math.max(
      0,
      Math.min(surplus, (await heldRefused(engine, tenant)) - Math.floor(keeping.count / 2)),
    )
    await removeOldest(engine, tenant, 'refused', ofRefused)
    await removeOldest(engine, tenant, 'granted', surplus - ofRefused)
  }
}

const held = async (engine: Sql, tenant: string): Promise<number> =>
  countIn(await engine.first(sql`select count(*) as held from audit_sign_in where tenant = ${tenant}`))

const heldRefused = async (engine: Sql, tenant: string): Promise<number> =>
  countIn(
    await engine.first(
      sql`select count(*) as held from audit_sign_in where tenant = ${tenant} and outcome = 'refused'`,
    ),
  )

const countIn = (row: { held: number } | undefined): number => Number(row?.held)

async function removeOldest(engine: Sql, tenant: string, outcome: SignIn['outcome'], most: number): Promise<void> {
  for (let left = most; left > 0; left -= STEP) {
    const step = Math.min(left, STEP)
    await engine.write(() =>
      ask(sql`delete from audit_sign_in where place in (select place from audit_sign_in
        where tenant = ${tenant} and outcome = ${outcome} order by at, place limit ${step})`),
    )
  }
}

async function removeOlder(engine: Sql, tenant: string, oldest: number): Promise<void> {
  for (;;) {
    const { length } = await engine.write(() =>
      ask(sql`delete from audit_sign_in where place in
        (select place from audit_sign_in where tenant = ${tenant} and at < ${oldest} limit ${STEP}) returning place`),
    )
    if (length < STEP) return
  }
}
