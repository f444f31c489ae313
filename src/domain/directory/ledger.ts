import type { Guid, TenantId } from '../../core/ids.ts'
import { refuse } from '../../core/refusal.ts'
import type { World } from '../../core/world.ts'
import { ask, askOne, type Notifier, type Sql, sql, type Statement, type Statements } from '../../storage/engine.ts'
import { type Author, leaveAudit, leaveRefusal } from './audit/audits.ts'
import type { Deed, Tell } from './audit/deed.ts'
import { keepingAnAdministrator } from './granting/last-administrator.ts'
import type { Actor, Directory } from './types.ts'

/** What a write was about: `subject` is an appId, a mailbox's Guid, a user's id or the tenant's. */
export interface Entry {
  readonly what: string
  readonly subject: Guid
  /** The user who goes with it. */
  readonly user?: Guid
}

/** Lines kept for each tenant; a reader whose mark is older takes one full look. */
const HORIZON = 10_000

const DAY = 86_400_000

interface LedgerDeps {
  readonly sql: Sql
  readonly notifier: Notifier
  readonly world: World
  readonly auditDays: number
}

/**
 * The tables of the directory, written only through here: every write takes the tenant's next revision, leaves a line
 * in its journal within the same transaction, and gives notice once it is durable.
 */
export class Ledger {
  readonly world: World
  readonly #sql: Sql
  readonly #notifier: Notifier
  readonly #keepAudit: number
  readonly #deps: LedgerDeps
  readonly #author: Author

  constructor(deps: LedgerDeps, author: Author = { actor: { kind: 'server' }, correlation: undefined }) {
    this.world = deps.world
    this.#sql = deps.sql
    this.#notifier = deps.notifier
    this.#keepAudit = deps.auditDays * DAY
    this.#deps = deps
    this.#author = author
  }

  /** The same tables, written in another's name. */
  by(actor: Actor, correlation = this.#author.correlation, command = this.#author.command): Ledger {
    return new Ledger(this.#deps, { actor, correlation, command })
  }

  all<R>(statement: Statement): Promise<readonly R[]> {
    return this.#sql.all<R>(statement)
  }

  first<R>(statement: Statement): Promise<R | undefined> {
    return this.#sql.first<R>(statement)
  }

  /** Taking the revision locks the tenant's row, so what `work` looks up stays true until it is done, on every engine. */
  async write<T>(tenant: TenantId, entry: Entry, work: (revision: number, tell: Tell) => Statements<T>): Promise<T> {
    const at = this.world.now()
    const audited = this.#audited(tenant)
    const guarded = this.#guarded(tenant)
    const result = await this.#sql.write(function* () {
      const taken = yield* askOne<{ revision: number }>(
        sql`update directory_tenant set revision = revision + 1 where id = ${tenant} returning revision`,
      )
      const { revision } = taken ?? refuse('no-such-thing', `There is no tenant '${tenant}'`)
      yield* leaveLine(tenant, revision, at, entry)
      return yield* guarded(() => audited((tell) => work(revision, tell)))
    })
    this.#notifier.notify(tenant)
    return result
  }

  /** A write that is no news to anybody: it changes nothing that a reader of the journal looks at. */
  aside<T>(work: () => Statements<T>): Promise<T> {
    return this.#sql.write(work)
  }

  /** The cmdlet by which it is written was refused: that is no news to anybody, but it is on record. */
  async tellRefused(tenant: TenantId, why: string): Promise<void> {
    const { command, ...author } = this.#author
    if (command) await this.aside(() => leaveRefusal(this.world, tenant, { ...author, command }, why, this.#keepAudit))
  }

  /** The first write of a tenant, whose row `work` makes, with revision 1. */
  async found<T>(tenant: TenantId, work: (tell: Tell) => Statements<T>): Promise<T> {
    const at = this.world.now()
    const audited = this.#audited(tenant)
    const result = await this.#sql.write(function* () {
      const made = yield* audited(work)
      yield* leaveLine(tenant, 1, at, { what: 'tenant added', subject: tenant })
      return made
    })
    this.#notifier.notify(tenant)
    return result
  }

  /** Whoever works at the server itself can always let somebody in again. */
  #guarded(tenant: TenantId) {
    const now = this.world.now()
    const exempt = this.#author.actor.kind === 'server'
    return <T>(work: () => Statements<T>): Statements<T> =>
      exempt ? work() : keepingAnAdministrator(tenant, now, work)
  }

  #audited(tenant: TenantId) {
    const { world } = this
    const [author, keep] = [this.#author, this.#keepAudit]
    return function* <T>(work: (tell: Tell) => Statements<T>): Statements<T> {
      const deeds: Deed[] = []
      const result = yield* work((deed) => void deeds.push(deed))
      if (deeds.length > 0) yield* leaveAudit(world, tenant, author, deeds, keep)
      return result
    }
  }

  readonly journal: Directory['journal'] = {
    mark: async (tenant) => {
      const found = await this.first<{ revision: number }>(
        sql`select revision from directory_tenant where id = ${tenant}`,
      )
      return found?.revision ?? 0
    },
    since: async (tenant, mark) => {
      const lines = await this.all<{ revision: number; subject: string }>(
        sql`select revision, subject from directory_journal where tenant = ${tenant} and revision > ${mark} order by revision`,
      )
      const last = lines.at(-1)?.revision ?? mark
      const whole = lines.length === last - mark
      return {
        mark: last,
        subjects: whole ? new Set(lines.flatMap((line) => line.subject.split(' ') as Guid[])) : undefined,
      }
    },
  }
}

function* leaveLine(tenant: TenantId, revision: number, at: number, { what, subject, user }: Entry): Statements<void> {
  yield* ask(sql`insert into directory_journal (tenant, revision, at, what, subject)
    values (${tenant}, ${revision}, ${at}, ${what},
      ${user === undefined ? subject : `${subject} ${user}`})`)
  yield* ask(sql`delete from directory_journal where tenant = ${tenant} and revision <= ${revision - HORIZON}`)
}
