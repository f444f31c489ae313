import { DAY } from '../../core/time.ts'
import type { AppId, TenantId } from '../../core/ids.ts'
import { refuse } from '../../core/refusal.ts'
import type { World } from '../../core/world.ts'
import {
  askOne,
  type Hold,
  named,
  type Notifier,
  read,
  type Sql,
  sql,
  type Statement,
  type Statements,
  type Write,
} from '../../storage/engine.ts'
import type { AuditEvent, RecordEvent } from './audit/audit-event.ts'
import { type AuditAuthor, leaveAudit, leaveRefusals } from './audit/audits.ts'
import type { Actor, AuditCommand, AuditRefusal } from './audit/types.ts'
import {
  AdministratorsAppRefusal,
  guardAdministratorsApp,
  keepingAnAdministrator,
} from './granting/administrator-guard.ts'
import { type DirectoryJournal, directoryJournal, type JournalEntry, leaveLine } from './directory-journal.ts'

interface DirectoryTxDeps {
  readonly sql: Sql
  readonly notifier: Notifier
  readonly world: World
  readonly auditDays: number
}

/** The result of a body, and its audit events. */
class Audited<T> {
  readonly result: T
  readonly auditEvents: readonly AuditEvent[]

  constructor(result: T, auditEvents: readonly AuditEvent[]) {
    this.result = result
    this.auditEvents = auditEvents
  }
}

/** Held by a write that adds a tenant. */
const tenants = named('tenants')

/**
 * The only writer of the directory's tables. Every write holds its tenant, takes the tenant's next revision, adds a
 * line to its journal in the same transaction, and sends a notice when it is durable.
 */
export class DirectoryTx {
  readonly world: World
  readonly journal: DirectoryJournal
  readonly #sql: Sql
  readonly #notifier: Notifier
  readonly #keepAudit: number
  readonly #deps: DirectoryTxDeps
  readonly #author: AuditAuthor
  /** Part of a larger write, which records the audit events of all parts. */
  readonly #joined: boolean

  constructor(
    deps: DirectoryTxDeps,
    author: AuditAuthor = { actor: { kind: 'server' }, correlation: undefined },
    joined = false,
  ) {
    this.world = deps.world
    this.journal = directoryJournal(deps.sql)
    this.#sql = deps.sql
    this.#notifier = deps.notifier
    this.#keepAudit = deps.auditDays * DAY
    this.#deps = deps
    this.#author = author
    this.#joined = joined
  }

  /** The same tables with another author. */
  by(actor: Actor, correlation = this.#author.correlation, given?: AuditCommand): DirectoryTx {
    const command = given ? { given, recorded: false } : this.#author.command
    return new DirectoryTx(this.#deps, { actor, correlation, command }, this.#joined)
  }

  /** Runs the writes of all parts as one transaction with one audit record. */
  together(
    tenant: TenantId,
    parts: readonly ((tx: DirectoryTx, write: Write) => Promise<unknown>)[],
  ): Promise<readonly unknown[]> {
    return this.#recorded(() =>
      combinedTx<readonly unknown[]>(
        this.#sql,
        parts.map((part) => (write: Write) => part(this.#within(write), write)),
        {
          holds: [tenant],
          last: (results) =>
            this.#record(
              tenant,
              results.flatMap((result) => (result instanceof Audited ? result.auditEvents : [])),
            ),
        },
      ),
    )
  }

  #within(write: Write): DirectoryTx {
    const base = this.#sql
    const joined: Sql = { all: (statement) => base.all(statement), first: (statement) => base.first(statement), write }
    return new DirectoryTx({ ...this.#deps, sql: joined }, this.#author, true)
  }

  all<R>(statement: Statement): Promise<readonly R[]> {
    return this.#sql.all<R>(statement)
  }

  first<R>(statement: Statement): Promise<R | undefined> {
    return this.#sql.first<R>(statement)
  }

  /** The rows of the tenant that `work` reads stay unchanged until it ends, because the write holds the tenant. */
  async write<T>(
    tenant: TenantId,
    entry: JournalEntry,
    work: (revision: number, tell: RecordEvent) => Statements<T>,
  ): Promise<T> {
    const at = this.world.now()
    const audited = this.#audited(tenant)
    const guarded = this.#guarded(tenant)
    const { actor } = this.#author
    const write = () =>
      this.#sql.write(
        function* () {
          const taken = yield* askOne<{ revision: number; administrators_app: AppId | null }>(
            sql`update directory_tenant set revision = revision + 1 where id = ${tenant}
            returning revision, administrators_app`,
          )
          const { revision, administrators_app: app } =
            taken ?? refuse('no-such-thing', `There is no tenant '${tenant}'`)
          yield* leaveLine(tenant, revision, at, entry)
          const revised = (tell: RecordEvent) => work(revision, tell)
          return yield* guarded(() =>
            audited(
              app !== null && entry.subject === app
                ? (tell) => guardAdministratorsApp(app, actor, tell, revised)
                : revised,
            ),
          )
        },
        [tenant],
      )
    const { result } = await this.#recorded(write).catch((thrown: unknown) => this.#refused(tenant, thrown))
    this.#notifier.notify(tenant)
    return result
  }

  /** Refuses what {@link write} would refuse about the administrator's app, before any other check. */
  async checkMayChange(tenant: TenantId, app: AppId): Promise<void> {
    const { actor } = this.#author
    const check = function* () {
      const found = yield* askOne(
        sql`select id from directory_tenant where id = ${tenant} and administrators_app = ${app}`,
      )
      if (found) yield* guardAdministratorsApp(app, actor, () => {}, nothing)
    }
    await read(this.#sql, check()).catch((thrown: unknown) => this.#refused(tenant, thrown))
  }

  /** Records a refused change of the administrator's app, unless it is part of a cmdlet, which has its own record. */
  async #refused(tenant: TenantId, thrown: unknown): Promise<never> {
    const { command } = this.#author
    if (thrown instanceof AdministratorsAppRefusal && !command && !this.#joined) {
      const { attempted, message } = thrown
      await this.aside(tenant, () => leaveRefusals(this.world, tenant, this.#author, { attempted, reason: message }))
    }
    throw thrown
  }

  /** Writes without a journal line and without a notice, because no reader of the journal uses these rows. */
  aside<T>(tenant: TenantId, work: () => Statements<T>): Promise<T> {
    return this.#sql.write(work, [tenant])
  }

  /** Records that the cmdlet of this author has finished, even if it wrote nothing. */
  async tellDone(tenant: TenantId): Promise<void> {
    if (this.#author.command?.recorded !== false) return
    await this.#recorded(() => this.aside(tenant, () => this.#record(tenant, [])))
  }

  /** Records that the cmdlet was refused. It adds no journal line. */
  async tellRefused(tenant: TenantId, refusal: AuditRefusal): Promise<void> {
    const { command, ...author } = this.#author
    if (command?.recorded !== false) return
    const given = { ...command.given, ...refusal }
    const refused = { ...author, command: { given, recorded: false } }
    await this.#recorded(() => this.aside(tenant, () => leaveAudit(this.world, tenant, refused, [], this.#keepAudit)))
  }

  /** The first write of a tenant. `work` inserts its row, with revision 1. */
  async found<T>(tenant: TenantId, work: (tell: RecordEvent) => Statements<T>): Promise<T> {
    const at = this.world.now()
    const audited = this.#audited(tenant)
    const { result } = await this.#sql.write(
      function* () {
        const made = yield* audited(work)
        yield* leaveLine(tenant, 1, at, { what: 'tenant added', subject: tenant })
        return made
      },
      [tenants, tenant],
    )
    this.#notifier.notify(tenant)
    return result
  }

  /** The server itself is exempt: its operator can always add an administrator again. */
  #guarded(tenant: TenantId) {
    const now = this.world.now()
    const exempt = this.#author.actor.kind === 'server'
    return <T>(work: () => Statements<T>): Statements<T> =>
      exempt ? work() : keepingAnAdministrator(tenant, now, work)
  }

  #audited(tenant: TenantId) {
    const joined = this.#joined
    const record = (auditEvents: readonly AuditEvent[]) => this.#record(tenant, auditEvents)
    return function* <T>(work: (tell: RecordEvent) => Statements<T>): Statements<Audited<T>> {
      const auditEvents: AuditEvent[] = []
      const result = yield* work((auditEvent) => void auditEvents.push(auditEvent))
      if (!joined) yield* record(auditEvents)
      return new Audited(result, auditEvents)
    }
  }

  #record(tenant: TenantId, auditEvents: readonly AuditEvent[]): Statements<void> {
    return leaveAudit(this.world, tenant, this.#author, auditEvents, this.#keepAudit)
  }

  async #recorded<T>(write: () => Promise<T>): Promise<T> {
    const result = await write()
    if (this.#author.command) this.#author.command.recorded = true
    return result
  }
}

function* nothing(): Statements<void> {}

/** Calls `write` once; its statements join those of the other parts, and it resolves when all of them are durable. */
type Part<T> = (write: Write) => Promise<T>

/** `last` runs at the end of the transaction, with the results of the bodies. */
interface Completion {
  readonly holds?: readonly Hold[]
  readonly last?: (results: readonly unknown[]) => Statements<void>
}

/** A part that has called `write` and waits for the transaction. */
interface Waiting {
  readonly work: () => Statements<unknown>
  readonly holds: readonly Hold[]
  readonly resolve: (result: unknown) => void
  readonly reject: (reason: unknown) => void
}

/**
 * Runs several writes as one transaction, all or none, in the order of the parts. Each part gets its own `write` and
 * can call it once. All parts begin at the same time, so no part sees the rows of another. If one part fails before the
 * transaction, nothing is written; if one fails within it, all parts fail. The transaction holds what its parts hold.
 */
export async function combinedTx<T extends readonly unknown[]>(
  sql: { readonly write: Write },
  parts: { readonly [P in keyof T]: Part<T[P]> },
  { holds = [], last }: Completion = {},
): Promise<T> {
  const begun = parts.map(begin)
  const results = Promise.all(begun.map(({ result }) => result))
  // A failed part is handled below.
  results.catch(() => {})
  const waiting: Waiting[] = []
  try {
    for (const { arrival } of begun) {
      const arrived = await arrival
      if (arrived) waiting.push(arrived)
    }
    const held = new Set([...holds, ...waiting.flatMap((part) => part.holds)])
    const written = waiting.length === 0 && !last ? [] : await sql.write(() => inOrder(waiting, last), [...held])
    waiting.forEach(({ resolve }, place) => resolve(written[place]))
  } catch (error) {
    // Parts that call `write` later must not wait forever.
    for (const { arrival } of begun) {
      void arrival.then(
        (late) => late?.reject(error),
        () => {},
      )
    }
    await Promise.allSettled(begun.map(({ result }) => result))
    throw error
  }
  return (await results) as unknown as T
}

function begin<T>(part: Part<T>) {
  const arrival = Promise.withResolvers<Waiting | undefined>()
  let calls = 0
  const write: Write = (work, holds = []) => {
    if (calls++ > 0) return Promise.reject(new Error('A part of a joint write has written already'))
    return new Promise((resolve, reject) => {
      arrival.resolve({ work, holds, resolve: resolve as Waiting['resolve'], reject })
    })
  }
  const result = (async () => part(write))()
  result.then(() => arrival.resolve(undefined), arrival.reject)
  // The caller awaits the arrivals one after another; this avoids an unhandled rejection meanwhile.
  arrival.promise.catch(() => {})
  return { arrival: arrival.promise, result }
}

function* inOrder(waiting: readonly Waiting[], last: Completion['last']): Statements<readonly unknown[]> {
  const results: unknown[] = []
  for (const { work } of waiting) results.push(yield* work())
  if (last) yield* last(results)
  return results
}
