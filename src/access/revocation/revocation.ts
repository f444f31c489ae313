import type { Guid, TenantId } from '../../core/ids.ts'
import type { Log } from '../../core/log.ts'
import type { World } from '../../core/world.ts'
import { nextEnd } from '../../domain/directory/exchange/retirement/retirement-plan.ts'
import { type TenantCache, tenantCache } from '../../domain/directory/tenant-cache.ts'
import type { Directory } from '../../domain/directory/types.ts'
import type { SigningKeys } from '../../domain/tokens/types.ts'
import { runChecks } from '../decide.ts'
import { CachedGrants, type GrantBasis } from '../grant-basis.ts'

interface Group {
  readonly ground: GrantBasis
  /** Lets the end of the token pass unnoticed. */
  readonly unwatchEnd: () => void
  readonly handles: Set<AbortController>
}

/** Announces that a tenant's directory changed. It carries no data: the journal has the changes. */
export interface Notices {
  subscribe(tenant: TenantId, woken: () => void): () => void
}

interface Deps {
  readonly directory: Directory
  readonly notifier: Notices
  readonly tokens: { readonly ring: Pick<SigningKeys, 'isRevoked' | 'whenRevoked'> }
  readonly world: World
  readonly log: Log
}

/** Milliseconds until a failed look is repeated. */
const RETRY = 500

export interface WatchedHandle {
  readonly signal: AbortSignal
  readonly leave: () => void
}

/**
 * Watches a tenant's granted entries. After a notice, it reads the directory's journal, repeats the decisions that the
 * lines concern, and revokes the entries that would be refused now. One look answers many notices, and one look-up of a
 * caller serves all entries of that caller.
 */
export class Revocation {
  readonly #deps: Deps
  readonly #tenant: TenantId
  readonly #groups = new Map<string, Group>()
  readonly #bySubject = new Map<Guid, Set<Group>>()
  /** Groups that were being granted when a write came. */
  readonly #overtaken = new Set<Group>()
  readonly #remembered: TenantCache
  #grants = new CachedGrants()
  #mark: number
  #notices = 0
  /** Counts possible writes: notices, and looks at the journal, which may see a write before its notice arrives. */
  #news = 0
  #looking = false
  #unwatchPlan = (): void => {}

  private constructor(deps: Deps, tenant: TenantId, mark: number) {
    this.#deps = deps
    this.#tenant = tenant
    this.#mark = mark
    this.#remembered = tenantCache(deps.directory, tenant)
  }

  static async over(deps: Deps, tenant: TenantId): Promise<Revocation> {
    const revocation = new Revocation(deps, tenant, await deps.directory.journal.mark(tenant))
    deps.notifier.subscribe(tenant, () => revocation.#hear())
    deps.tokens.ring.whenRevoked(() => revocation.#judgeAll())
    await revocation.#watchPlan(deps.world.now())
    return revocation
  }

  /** The facts to decide about an entry; cached until the next notice. */
  get directory(): Directory {
    return this.#remembered.directory
  }

  /** The grants since the last notice. Read it before the decision about an entry, as {@link moment}. */
  get grants(): CachedGrants {
    return this.#grants
  }

  /** Read it before the decision about an entry, and pass it to {@link watch} if access was granted. */
  get moment(): number {
    return this.#news
  }

  /** The number of watched entries. */
  get size(): number {
    return [...this.#groups.values()].reduce((sum, { handles }) => sum + handles.size, 0)
  }

  watch(ground: GrantBasis, judgedAt: number): WatchedHandle {
    const group = this.#groupOf(ground)
    const handle = new AbortController()
    group.handles.add(handle)
    if (judgedAt !== this.#news || this.#isRevoked(ground)) {
      this.#overtaken.add(group)
      this.#look()
    }
    return { signal: handle.signal, leave: () => this.#leave(group, handle) }
  }

  #groupOf(ground: GrantBasis): Group {
    const known = this.#groups.get(ground.key)
    if (known) return known
    const group: Group = { ground, unwatchEnd: this.#watchEnd(ground, () => group), handles: new Set() }
    this.#groups.set(ground.key, group)
    for (const subject of ground.subjects) {
      const groups = this.#bySubject.get(subject) ?? new Set()
      this.#bySubject.set(subject, groups.add(group))
    }
    return group
  }

  #watchEnd({ ends }: GrantBasis, group: () => Group): () => void {
    if (ends === undefined) return () => {}
    return atMoment(this.#deps.world, ends, () => {
      this.#overtaken.add(group())
      this.#look()
    })
  }

  #leave(group: Group, handle: AbortController): void {
    group.handles.delete(handle)
    if (group.handles.size === 0) this.#forget(group)
  }

  #forget(group: Group): void {
    if (this.#groups.get(group.ground.key) !== group) return
    this.#groups.delete(group.ground.key)
    group.unwatchEnd()
    this.#overtaken.delete(group)
    for (const subject of group.ground.subjects) {
      const groups = this.#bySubject.get(subject)
      groups?.delete(group)
      if (groups?.size === 0) this.#bySubject.delete(subject)
    }
  }

  /** A plan retires passwords at times that are in no journal. Times after `judged` were not handled yet. */
  async #watchPlan(judged: number): Promise<void> {
    const plan = await this.directory.retirementPlans.of(this.#tenant)
    this.#unwatchPlan()
    const next = plan && nextEnd(plan, judged)
    if (next === undefined) return
    this.#unwatchPlan = atMoment(this.#deps.world, next, () => {
      this.#tellOfNews()
      this.#judgeAll()
    })
  }

  /** Used for events that are in no tenant's journal: a signing key was revoked, or a planned time has come. */
  #judgeAll(): void {
    for (const group of this.#groups.values()) this.#overtaken.add(group)
    this.#look()
  }

  #isRevoked({ signedBy }: GrantBasis): boolean {
    return signedBy !== undefined && this.#deps.tokens.ring.isRevoked(signedBy)
  }

  #hear(): void {
    this.#notices++
    this.#tellOfNews()
    this.#look()
  }

  #tellOfNews(): void {
    this.#news++
    this.#remembered.forget()
    this.#grants = new CachedGrants()
  }

  #look(): void {
    if (!this.#looking) void this.#lookUntilQuiet()
  }

  async #lookUntilQuiet(): Promise<void> {
    this.#looking = true
    try {
      for (let noticed = -1; noticed !== this.#notices || this.#overtaken.size > 0;) {
        noticed = this.#notices
        await this.#lookOnce()
      }
    } catch (error) {
      // The mark stays, so the next look reads the same lines again.
      this.#deps.log.error({ err: error, tenant: this.#tenant }, 'Granted mailboxes could not be judged again')
      this.#deps.world.after(RETRY, () => this.#look())
    } finally {
      this.#looking = false
    }
  }

  async #lookOnce(): Promise<void> {
    const now = this.#deps.world.now()
    const { mark, subjects } = await this.#deps.directory.journal.since(this.#tenant, this.#mark)
    this.#tellOfNews()
    const groups = subjects
      ? new Set([...subjects].flatMap((subject) => [...(this.#bySubject.get(subject) ?? [])]))
      : new Set(this.#groups.values())
    for (const group of this.#overtaken) groups.add(group)
    await this.#judge(groups)
    await this.#watchPlan(now)
    this.#mark = mark
  }

  async #judge(groups: ReadonlySet<Group>): Promise<void> {
    for (const group of groups) {
      const failed = await this.#failing(group)
      this.#overtaken.delete(group)
      if (failed) this.#takeBack(group, failed)
    }
  }

  /** The check that fails now. The facts from the directory are shared by the entries of one caller. */
  async #failing({ ground }: Group): Promise<string | undefined> {
    if (this.#isRevoked(ground)) return 'token'
    const ended = ground.ends !== undefined && this.#deps.world.now() >= ground.ends
    const { steps, mailbox } = await ground.judging(this.directory, ended)
    const { failed } = await runChecks(steps)
    if (failed) return failed
    // The address may name another mailbox by now.
    return (await mailbox())?.id === ground.mailbox.id ? undefined : 'mailbox'
  }

  #takeBack(group: Group, failed: string): void {
    const { protocol, app } = group.ground
    this.#deps.log.info(
      { tenant: this.#tenant, protocol, app, failed, connections: group.handles.size },
      'A mailbox is taken back from those who were let in',
    )
    this.#forget(group)
    for (const handle of group.handles) handle.abort()
  }
}

/** Milliseconds after which the clock is read again: timers do not run while the machine sleeps. */
const LOOK = 300_000

/** Calls a function at a time of the clock, even if the clock is set meanwhile. Returns a function that cancels it. */
export function atMoment(world: Pick<World, 'now' | 'after'>, moment: number, run: () => void): () => void {
  const wait = (): (() => void) =>
    world.after(Math.min(Math.max(moment - world.now(), 0), LOOK), () => {
      if (world.now() < moment) stop = wait()
      else run()
    })
  let stop = wait()
  return () => stop()
}
