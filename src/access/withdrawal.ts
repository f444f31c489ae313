import type { Guid, MailboxId, TenantId } from '../core/ids.ts'
import type { Log } from '../core/log.ts'
import { type Remembered, remembering } from '../domain/directory/remembering.ts'
import type { Directory } from '../domain/directory/types.ts'
import type { World } from '../core/world.ts'
import type { SigningKeys, TokenClaims } from '../domain/tokens/types.ts'
import { mailSteps, walk } from './decide.ts'
import { mailboxFact, standingOf } from './facts.ts'
import type { MailSubject } from './links/link.ts'
import { RememberedGrants } from './remembered-grants.ts'

interface Basis extends Pick<MailSubject, 'protocol' | 'address' | 'rules'> {
  readonly claims: TokenClaims
  readonly mailbox: { readonly id: MailboxId; readonly guid: Guid }
  /** The key that signed the token. */
  readonly signedBy: string | undefined
}

/** What an entry rests on. */
export interface Ground extends Basis {
  /** When the token ends, in milliseconds since the epoch. */
  readonly ends: number
  /** The same for entries that stand or fall together: same caller, mailbox and protocol, and tokens of one key that end together. */
  readonly key: string
}

export function groundOf(basis: Basis): Ground {
  const { claims, mailbox, protocol, address, signedBy } = basis
  const key = JSON.stringify([claims.oid, claims.appid, mailbox.id, protocol, address, claims.exp, signedBy])
  return { ...basis, ends: claims.exp * 1000, key }
}

interface Group {
  readonly ground: Ground
  /** Lets the end of the token pass unnoticed. */
  readonly unwatchEnd: () => void
  readonly handles: Set<AbortController>
}

/** Says that a tenant's directory changed, and nothing more: what changed is in its journal. */
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

/** Milliseconds until a look that failed is taken again. */
const RETRY = 500

export interface Watched {
  readonly signal: AbortSignal
  readonly leave: () => void
}

/**
 * Watches over a tenant's granted entries: on a notice it reads the directory's journal, judges anew what the lines are
 * about, and takes back what is no longer granted. Many notices are answered by one look, and many entries of one
 * caller by one look-up of the caller.
 */
export class Withdrawal {
  readonly #deps: Deps
  readonly #tenant: TenantId
  readonly #groups = new Map<string, Group>()
  readonly #bySubject = new Map<Guid, Set<Group>>()
  /** Groups that a write may have overtaken while they were being granted. */
  readonly #overtaken = new Set<Group>()
  readonly #remembered: Remembered
  #grants = new RememberedGrants()
  #mark: number
  #notices = 0
  /** Counts what may tell of a write: notices, and looks at the journal, which may see a write before its notice comes. */
  #news = 0
  #looking = false

  private constructor(deps: Deps, tenant: TenantId, mark: number) {
    this.#deps = deps
    this.#tenant = tenant
    this.#mark = mark
    this.#remembered = remembering(deps.directory, tenant)
  }

  static async over(deps: Deps, tenant: TenantId): Promise<Withdrawal> {
    const withdrawal = new Withdrawal(deps, tenant, await deps.directory.journal.mark(tenant))
    deps.notifier.subscribe(tenant, () => withdrawal.#hear())
    deps.tokens.ring.whenRevoked(() => withdrawal.#judgeAll())
    return withdrawal
  }

  /** What an entry may be judged over: in memory for as long as no notice came. */
  get directory(): Directory {
    return this.#remembered.directory
  }

  /** What was granted since the last notice. To be taken before an entry is judged, like {@link moment}. */
  get grants(): RememberedGrants {
    return this.#grants
  }

  /** To be taken before an entry is judged, and given to {@link watch} once it was granted. */
  get moment(): number {
    return this.#news
  }

  /** Entries that are watched; none is forgotten and none is kept. */
  get size(): number {
    return [...this.#groups.values()].reduce((sum, { handles }) => sum + handles.size, 0)
  }

  watch(ground: Ground, judgedAt: number): Watched {
    const group = this.#groupOf(ground)
    const handle = new AbortController()
    group.handles.add(handle)
    if (judgedAt !== this.#news || this.#isRevoked(ground)) {
      this.#overtaken.add(group)
      this.#look()
    }
    return { signal: handle.signal, leave: () => this.#leave(group, handle) }
  }

  #groupOf(ground: Ground): Group {
    const known = this.#groups.get(ground.key)
    if (known) return known
    const unwatchEnd = this.#deps.world.after(ground.ends - this.#deps.world.now(), () => {
      this.#overtaken.add(group)
      this.#look()
    })
    const group: Group = { ground, unwatchEnd, handles: new Set() }
    this.#groups.set(ground.key, group)
    for (const subject of subjectsOf(group)) {
      const groups = this.#bySubject.get(subject) ?? new Set()
      this.#bySubject.set(subject, groups.add(group))
    }
    return group
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
    for (const subject of subjectsOf(group)) {
      const groups = this.#bySubject.get(subject)
      groups?.delete(group)
      if (groups?.size === 0) this.#bySubject.delete(subject)
    }
  }

  /** A key was taken back. That stands in no tenant's journal. */
  #judgeAll(): void {
    for (const group of this.#groups.values()) this.#overtaken.add(group)
    this.#look()
  }

  #isRevoked({ signedBy }: Ground): boolean {
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
    this.#grants = new RememberedGrants()
  }

  #look(): void {
    if (!this.#looking) void this.#lookUntilQuiet()
  }

  async #lookUntilQuiet(): Promise<void> {
    this.#looking = true
    try {
      for (let heard = -1; heard !== this.#notices || this.#overtaken.size > 0;) {
        heard = this.#notices
        await this.#lookOnce()
      }
    } catch (error) {
      // The mark stays, so the next look is at the same lines again.
      this.#deps.log.error({ err: error, tenant: this.#tenant }, 'Granted mailboxes could not be judged anew')
      this.#deps.world.after(RETRY, () => this.#look())
    } finally {
      this.#looking = false
    }
  }

  async #lookOnce(): Promise<void> {
    const { mark, subjects } = await this.#deps.directory.journal.since(this.#tenant, this.#mark)
    this.#tellOfNews()
    const groups = subjects
      ? new Set([...subjects].flatMap((subject) => [...(this.#bySubject.get(subject) ?? [])]))
      : new Set(this.#groups.values())
    for (const group of this.#overtaken) groups.add(group)
    await this.#judge(groups)
    this.#mark = mark
  }

  async #judge(groups: ReadonlySet<Group>): Promise<void> {
    for (const group of groups) {
      const failed = await this.#failing(group)
      this.#overtaken.delete(group)
      if (failed) this.#takeBack(group, failed)
    }
  }

  /** The link that does not hold any more. Entries of one caller are judged over the same answers of the directory. */
  async #failing({ ground }: Group): Promise<string | undefined> {
    if (this.#isRevoked(ground)) return 'token'
    const { directory } = this
    const { world } = this.#deps
    const standing = standingOf(directory, ground.claims)
    const mailbox = mailboxFact(directory, ground.claims.tid, ground.address)
    // A connection may outlive its token. What the token claimed does not: by then it has to be assigned, or consented to, still.
    const ended = world.now() >= ground.ends
    const rules = { ...ground.rules, immediateRevocation: ground.rules.immediateRevocation || ended }
    const { protocol, address } = ground
    const { failed } = await walk(
      mailSteps({ ...standing, rules, directory, protocol, address, mailbox, foreseen: false }),
    )
    if (failed) return failed
    // The address may have become another mailbox's since.
    return (await mailbox())?.id === ground.mailbox.id ? undefined : 'mailbox'
  }

  #takeBack(group: Group, failed: string): void {
    const { protocol, claims } = group.ground
    this.#deps.log.info(
      { tenant: this.#tenant, protocol, app: claims.appid, failed, connections: group.handles.size },
      'A mailbox is taken back from those who were let in',
    )
    this.#forget(group)
    for (const handle of group.handles) handle.abort()
  }
}

/** A person is one, and a consent is the app's. */
const subjectsOf = ({ ground: { claims, mailbox } }: Group): readonly Guid[] => [
  claims.appid,
  mailbox.guid,
  ...(claims.idtyp === 'user' ? [claims.oid] : []),
]
