import { DAY, HOUR, MINUTE } from '../../core/time.ts'
import { type AppId, type Guid, isGuid, type TenantId } from '../../core/ids.ts'
import type { Job } from '../../core/jobs.ts'
import type { Log } from '../../core/log.ts'
import { isRefusedFor, isRefusedForNow } from '../../core/refusal.ts'
import type { SettingsOf } from '../../core/settings.ts'
import type { World } from '../../core/world.ts'
import { type Sql, sql, type Statement } from '../../storage/engine.ts'
import { type LastActivity, lastActivity } from './last-activity.ts'
import type {
  MailboxUse,
  OpenedMailboxUse,
  SignIn,
  SignInId,
  SignInPage,
  SignIns,
  SignInScope,
  TryAfterEnd,
  Use,
  UsesRequest,
} from './types.ts'
import { type CountedOperations, createOperations } from './operations.ts'
import type { auditSettings } from './settings.ts'
import { keepAll, NO_TENANT, type SignInRetention, pageOf, prune, signInOf, type SignInRow } from './sign-in-rows.ts'
import { openedSince, UsesByDay, usesSince } from './uses-by-day.ts'
import { keepUses, lastUse, mailboxUses, pruneUses, triesAfterEnd } from './uses.ts'

/** Records that wait for the disk; past it new ones are lost rather than memory. */
const MOST_WAITING = 20_000
/** Milliseconds for which records are gathered after a transaction, so that a busy server makes one for many. */
const GATHERING = 100
/** Milliseconds after which a disk that had no room is asked again. */
const AGAIN = 5000
const MOST_LISTED = 1000
/** Rows of a tenant about what its apps do. */
const MOST_OPERATIONS = 200_000

export function createSignIns(deps: {
  sql: Sql
  world: World
  log: Log
  settings: SettingsOf<typeof auditSettings>
}): SignIns & { readonly jobs: readonly Job[] } {
  return new KeptSignIns(deps)
}

class KeptSignIns implements SignIns {
  readonly operations: CountedOperations
  /** Removes old records, every hour at one node. */
  readonly jobs: readonly Job[] = [{ first: HOUR, lease: 'sign-in pruning', run: () => this.#pruneOnClock() }]
  readonly #sql: Sql
  readonly #world: World
  readonly #log: Log
  readonly #keeping: SignInRetention
  readonly #equals = new EqualSignIns()
  readonly #uses: UsesByDay
  readonly #useDays: number
  #waiting = new Map<SignInId, SignIn>()
  #lost = 0
  #writing = false
  /** Ends the pause between two transactions. */
  #endPause: (() => void) | undefined
  /** How many were recorded, and of how many it is settled that they are durable, or lost. */
  #recorded = 0
  #durable = 0
  #batch = Promise.withResolvers<void>()
  #sincePruned = 0

  constructor({ sql, world, log, settings }: Parameters<typeof createSignIns>[0]) {
    this.#sql = sql
    this.#world = world
    this.#log = log
    this.#keeping = { milliseconds: settings.sign_in_days * DAY, count: settings.sign_in_limit }
    this.#uses = new UsesByDay(settings.use_rows_per_day)
    this.#useDays = settings.use_days
    this.operations = createOperations({ sql, world, log, days: settings.use_days, mostRows: MOST_OPERATIONS })
  }

  record(signIn: SignIn): SignInId {
    const kept = this.#equals.merge(signIn)
    this.#wait(kept)
    this.#toBeWritten()
    return kept.signInId
  }

  countUse(signIn: SignIn, client: string): void {
    this.#uses.count(signIn, client)
    this.#toBeWritten()
  }

  nameClient(signIn: SignIn, client: string): void {
    this.#uses.name(signIn, client)
    this.#toBeWritten()
  }

  uses(asked: UsesRequest): Promise<readonly Use[]> {
    return usesSince(this.#sql, this.#world.now(), this.#kept(asked))
  }

  opened(asked: UsesRequest): Promise<readonly OpenedMailboxUse[]> {
    return openedSince(this.#sql, this.#world.now(), this.#kept(asked))
  }

  #kept(asked: UsesRequest): UsesRequest {
    return { ...asked, days: Math.min(asked.days, this.#useDays) }
  }

  async find(scope: TenantId | SignInScope, id: string): Promise<SignIn | undefined> {
    const named = id.trim().toLowerCase()
    if (!isGuid(named)) return undefined
    const found = await this.#newestFirst(
      scope,
      (tenant) => sql`select * from audit_sign_in where id = ${named} and tenant = ${tenant} and at >= ${this.#oldest}`,
    )
    return found[0]
  }

  async correlated(scope: TenantId | SignInScope, correlation: string): Promise<SignIn | undefined> {
    const found = await this.#newestFirst(
      scope,
      (tenant) => sql`select * from audit_sign_in where correlation = ${correlation.trim().toLowerCase()}
        and tenant = ${tenant} and at >= ${this.#oldest} order by at desc, place desc limit 1`,
    )
    return found[0]
  }

  async lastRefused(scope: TenantId | SignInScope): Promise<SignIn | undefined> {
    const found = await this.#newestFirst(
      scope,
      (tenant) => sql`select * from audit_sign_in where tenant = ${tenant}
        and outcome = 'refused' and at >= ${this.#oldest} order by at desc, place desc limit 1`,
    )
    return found[0]
  }

  async recent(scope: TenantId | SignInScope, most: number): Promise<readonly SignIn[]> {
    const limit = Math.max(0, Math.min(most, MOST_LISTED))
    const found = await this.#newestFirst(
      scope,
      (tenant) => sql`select * from audit_sign_in where tenant = ${tenant}
        and at >= ${this.#oldest} order by at desc, place desc limit ${limit}`,
    )
    return found.slice(0, limit)
  }

  async page(scope: TenantId | SignInScope, asked: SignInPage): Promise<readonly SignIn[]> {
    const limit = Math.max(0, Math.min(asked.limit, MOST_LISTED))
    const from = Math.max(asked.from ?? 0, this.#oldest)
    const found = await this.#newestFirst(scope, (tenant) => pageOf(tenant, { ...asked, from, limit }), 'id')
    return found.slice(0, limit)
  }

  /**
   * Queries the sign-ins of a tenant and those of none apart, because the index is ordered within one tenant. `last`
   * orders records of the same millisecond as the queries do.
   */
  async #newestFirst(
    scope: TenantId | SignInScope,
    query: (tenant: TenantId | typeof NO_TENANT) => Statement,
    last: 'place' | 'id' = 'place',
  ): Promise<readonly SignIn[]> {
    const { tenant, withoutTenant } = typeof scope === 'string' ? { tenant: scope, withoutTenant: false } : scope
    const own = await this.#sql.all<SignInRow>(query(tenant))
    if (!withoutTenant) return own.map(signInOf)
    const others = await this.#sql.all<SignInRow>(query(NO_TENANT))
    return [...own, ...others].toSorted((a, b) => b.at - a.at || (a[last] < b[last] ? 1 : -1)).map(signInOf)
  }

  lastActivity(tenant: TenantId, addresses: readonly string[]): Promise<LastActivity> {
    return lastActivity(this.#sql, tenant, addresses)
  }

  mailboxUses(tenant: TenantId, appId: AppId): Promise<readonly MailboxUse[]> {
    return mailboxUses(this.#sql, tenant, appId)
  }

  lastUse(keyId: Guid): Promise<number | undefined> {
    return lastUse(this.#sql, keyId)
  }

  triesAfterEnd(tenant: TenantId, since: number): Promise<readonly TryAfterEnd[]> {
    return triesAfterEnd(this.#sql, tenant, since)
  }

  async settled(): Promise<void> {
    await Promise.all([this.#recordsSettled(), this.operations.settled()])
  }

  async #recordsSettled(): Promise<void> {
    // Not until nothing waits: on a busy server something always does.
    for (const upTo = this.#recorded; this.#durable < upTo;) {
      const { promise } = this.#batch
      if (this.#endPause) this.#goOn()
      await promise
    }
  }

  get #oldest(): number {
    return this.#world.now() - this.#keeping.milliseconds
  }

  #wait(signIn: SignIn): void {
    if (this.#waiting.size >= MOST_WAITING && !this.#waiting.has(signIn.signInId)) this.#lost++
    else this.#waiting.set(signIn.signInId, signIn)
  }

  #toBeWritten(): void {
    this.#recorded++
    if (!this.#writing) void this.#writeAll()
  }

  /** One transaction for all that came while the one before it was under way, and for a moment after it. */
  async #writeAll(): Promise<void> {
    this.#writing = true
    // Records of the same turn join this write.
    await Promise.resolve()
    const upTo = this.#recorded
    const taken = await this.#writeBatch()
    this.#settle(upTo)
    this.#endPause = this.#world.after(taken ? GATHERING : AGAIN, () => this.#goOn())
  }

  #goOn(): void {
    this.#endPause?.()
    this.#endPause = undefined
    this.#writing = false
    if (this.#waiting.size > 0 || this.#uses.waits) void this.#writeAll()
    // Nothing of the calls since the last write is still to be written.
    else this.#settle(this.#recorded)
  }

  /** Whether the disk took them, or never will. Nobody is kept out because it is full: the records wait for room. */
  async #writeBatch(): Promise<boolean> {
    const batch = [...this.#waiting.values()]
    this.#waiting = new Map()
    const counted = this.#uses.take()
    const uses = this.#uses
    try {
      const rows = await this.#sql.write(function* () {
        yield* keepAll(batch)
        yield* keepUses(batch)
        return yield* uses.keep(counted)
      })
      uses.kept(rows)
      this.#tellLost()
      this.#sincePruned += batch.length
      // The hourly pruning at one node does not see what the others write.
      if (this.#sincePruned >= this.#keeping.count / 20) await this.#prune()
    } catch (error) {
      if (isRefusedFor('no-room', error) || isRefusedFor('busy', error)) {
        // Records have ids, so they may be written again. What may have been counted is not counted again.
        if (isRefusedForNow(error)) uses.giveBack(counted)
        const since = this.#waiting
        this.#waiting = new Map(batch.map((signIn) => [signIn.signInId, signIn]))
        for (const signIn of since.values()) this.#wait(signIn)
        return false
      }
      this.#log.error({ err: error }, 'Records of sign-ins could not be written')
    }
    return true
  }

  #settle(upTo: number): void {
    this.#durable = upTo
    this.#batch.resolve()
    this.#batch = Promise.withResolvers()
  }

  #tellLost(): void {
    if (this.#lost > 0) this.#log.warn({ lost: this.#lost }, 'Sign-ins came faster than the disk took their records')
    this.#lost = 0
  }

  async #pruneOnClock(): Promise<number> {
    try {
      await this.#prune()
      await this.operations.prune()
    } catch (error) {
      this.#log.error({ err: error }, 'Old records of sign-ins could not be removed')
    }
    return HOUR
  }

  async #prune(): Promise<void> {
    const now = this.#world.now()
    this.#sincePruned = 0
    await prune(this.#sql, now, this.#keeping)
    await pruneUses(this.#sql, now)
    await this.#uses.prune(this.#sql, now, this.#useDays)
  }
}

/** How long after the first of them equal sign-ins share its record, in milliseconds. */
const WINDOW = MINUTE
/** Kinds of sign-in that are remembered at a time; past it the oldest starts a record again when it comes again. */
const MOST = 10_000

/** Finds the record that a sign-in shares, so that a client in a tight loop writes one row a minute. */
class EqualSignIns {
  readonly #first = new Map<string, { readonly since: number; latest: SignIn }>()

  /** The sign-in as it is to be kept: itself, or the earlier equal one with its count and moment brought forward. */
  merge(signIn: SignIn): SignIn {
    if (standsAlone(signIn)) return signIn
    this.#forget(signIn.at)
    const key = keyOf(signIn)
    const earlier = this.#first.get(key)
    if (!earlier) {
      this.#first.set(key, { since: signIn.at, latest: signIn })
      return signIn
    }
    const { signInId, count } = earlier.latest
    earlier.latest = { ...signIn, signInId, count: count + signIn.count }
    return earlier.latest
  }

  /** They stand in the order in which their windows opened. */
  #forget(now: number): void {
    for (const [key, { since }] of this.#first) {
      if (this.#first.size < MOST && now >= since && now - since < WINDOW) return
      this.#first.delete(key)
    }
  }
}

/** A door that opened is a record of its own, and so is a person at a page; a program that fetches tokens is not. */
const standsAlone = ({ outcome, protocol, kind }: SignIn): boolean =>
  outcome === 'granted' && (protocol !== 'entra' || kind === 'interactiveUser')

/** The sentence of the failed check, without quoted values and numbers: different faults never share a record. */
const faultOf = ({ checks }: SignIn): string | undefined =>
  checks.find(({ ok }) => !ok)?.evidence.replaceAll(/'[^']*'|[\da-f-]*\d[\da-f-]*/gi, '')

const keyOf = (signIn: SignIn): string =>
  JSON.stringify([
    signIn.tenant,
    signIn.protocol,
    signIn.kind,
    signIn.app?.appId,
    signIn.user?.id ?? signIn.user?.userPrincipalName.toLowerCase(),
    signIn.resource?.id,
    signIn.credential?.kind,
    signIn.credential?.keyId,
    signIn.mailbox?.toLowerCase(),
    signIn.failed,
    signIn.errorCode,
    faultOf(signIn),
    signIn.from,
    signIn.authentication,
    // Of a token service's refusal it holds ids of the request's own; the code tells those apart.
    signIn.protocol === 'entra' ? '' : signIn.wire,
  ])
