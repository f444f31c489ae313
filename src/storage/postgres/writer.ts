import { createHash } from 'node:crypto'
import { Refusal } from '../../core/refusal.ts'
import type { World } from '../../core/world.ts'
import { gatherGroup } from '../gather-group.ts'
import { type Hold, type Row, sql, type Statements } from '../engine.ts'
import { ConnectionLost, type PostgresConnection, sqlStateOf } from './connection.ts'
import type { Link } from './link.ts'
import { preparedText } from './statement-text.ts'

/** The most members of a group: past 64, PostgreSQL's snapshots become slower. */
const MOST_MEMBERS = 32
/** How often a write runs that always conflicts with others, or that ends its connection: it may crash the server. */
const TRIES = 10
/** Lost connections after which the members of a group run alone. */
const GROUP_LOSSES = 2
/** Milliseconds between two questions for the outcome of a commit. */
const OUTCOME_PAUSE = 50
const OUTCOME_TRIES = 40

/** Changes when the server recovers from a crash, because that resets its statistics, and on another server. */
const ERA = `coalesce(pg_stat_get_bgwriter_stat_reset_time()::text, '')`

/** Writes that may wait for a lane. More are refused, so that a slow database costs no memory. */
const MOST_WAITING = 16_384

/** SQLSTATE of serialization failures and deadlocks: the write runs again. */
const CONFLICTS: ReadonlySet<string> = new Set(['40001', '40P01'])

const isConflict = (error: unknown): boolean => CONFLICTS.has(sqlStateOf(error) ?? '')

/** A caller's transaction, and the functions that answer the caller. */
interface GroupMember {
  readonly work: () => Statements<unknown>
  /** Keys of advisory locks, ascending, each once. */
  readonly locks: readonly bigint[]
  readonly resolve: (result: unknown) => void
  readonly reject: (reason: unknown) => void
}

/**
 * The writes of a node. Each lane is a connection with a queue. Writes with a common first hold share a lane and keep
 * their order; writes without holds have a lane of their own, since they must not conflict with each other.
 */
export class PostgresWriter {
  readonly #lanes: readonly Lane[]
  readonly #serial: Lane
  #closed = false

  /** The first link is for writes without holds. */
  constructor([serial, ...links]: readonly [Link, Link, ...Link[]], world: World) {
    this.#serial = new Lane(serial, world)
    this.#lanes = links.map((link) => new Lane(link, world))
  }

  write<T>(work: () => Statements<T>, holds: readonly Hold[] = []): Promise<T> {
    if (this.#closed) return Promise.reject(new Error('The store is closed'))
    const locks = holds.length === 1 ? [lockOf(holds[0]!)] : ascending(holds)
    const first = holds[0] === undefined ? undefined : lockOf(holds[0])
    return new Promise<T>((resolve, reject) => {
      const lane =
        first === undefined ? this.#serial : this.#lanes[Number(BigInt.asUintN(32, first)) % this.#lanes.length]!
      const refuse = (reason: unknown) => reject(refusalOf(reason))
      lane.add({ work, locks, resolve: resolve as GroupMember['resolve'], reject: refuse })
    })
  }

  /** Finishes the queues and accepts nothing more. */
  async close(): Promise<void> {
    this.#closed = true
    await Promise.all([this.#serial, ...this.#lanes].map((lane) => lane.close()))
  }
}

/**
 * The key of the advisory lock of a hold: the number of a mailbox, and for everything else a negative number from a
 * digest, so that both do not meet.
 */
export function lockOf(hold: Hold): bigint {
  if (typeof hold === 'number') return BigInt(hold)
  const digest = createHash('sha256').update(hold).digest().readBigUInt64BE()
  return BigInt.asIntN(64, digest | (1n << 63n))
}

const ascending = (holds: readonly Hold[]): readonly bigint[] =>
  [...new Set(holds.map(lockOf))].sort((a, b) => (a < b ? -1 : 1))

/** A queue of writes, and the connection on which they run one group after another. */
class Lane {
  readonly #link: Link
  readonly #world: World
  readonly #queue: GroupMember[] = []
  /** The era of the server in which a connection began. */
  readonly #eras = new WeakMap<PostgresConnection, Promise<string | undefined>>()
  #draining: Promise<void> | undefined

  constructor(link: Link, world: World) {
    this.#link = link
    this.#world = world
  }

  add(member: GroupMember): void {
    if (this.#queue.length >= MOST_WAITING) return member.reject(tooMany)
    this.#queue.push(member)
    this.#draining ??= this.#drain()
  }

  async close(): Promise<void> {
    while (this.#draining) await this.#draining
    await this.#link.close()
  }

  async #drain(): Promise<void> {
    try {
      for (;;) {
        await gatherGroup(() => this.#queue.length)
        const members = this.#take()
        if (members.length === 0) return
        await this.#run(members)
      }
    } finally {
      this.#draining = undefined
    }
  }

  /** Members with one hold form a group, in the order of their locks. Members with several, or none, go alone. */
  #take(): readonly GroupMember[] {
    let count = 0
    while (count < MOST_MEMBERS && this.#queue[count]?.locks.length === 1) count++
    const members = this.#queue.splice(0, Math.max(1, count))
    return members.sort((a, b) => compare(a.locks[0], b.locks[0]))
  }

  /** Runs a group, then each of its members alone if one of them failed. Never rejects. */
  async #run(members: readonly GroupMember[]): Promise<void> {
    for (let tries = 1; ; tries++) {
      const outcome = await this.#attempt(members, 'pipelined')
      if (outcome === undefined) return
      const [only] = members.length === 1 ? members : []
      if (outcome === 'lost') {
        if (tries < (only ? TRIES : GROUP_LOSSES)) continue
        if (only) return only.reject(failedAlways)
      }
      if (outcome === 'lost' || !only || (isDatabaseFailure(outcome.error) && !isConflict(outcome.error))) {
        for (const member of members) await this.#alone(member)
        return
      }
      if (!isConflict(outcome.error)) return only.reject(outcome.error)
      if (tries === TRIES) return only.reject(failedAlways)
      await this.#pause(tries)
    }
  }

  /** Waits for each statement, so that an error is thrown where the statement was yielded. */
  async #alone(member: GroupMember): Promise<void> {
    for (let tries = 1; tries <= TRIES; tries++) {
      const outcome = await this.#attempt([member], 'careful')
      if (outcome === undefined) return
      if (outcome === 'lost') continue
      if (!isConflict(outcome.error)) return member.reject(outcome.error)
      await this.#pause(tries)
    }
    member.reject(failedAlways)
  }

  /**
   * Runs members in one transaction and answers them. Returns undefined if they are answered, `lost` if nothing was done
   * because the connection was lost, and otherwise the error for which the transaction was rolled back.
   */
  async #attempt(
    members: readonly GroupMember[],
    how: 'pipelined' | 'careful',
  ): Promise<undefined | 'lost' | { readonly error: unknown }> {
    let connection: PostgresConnection
    try {
      connection = await this.#link.get()
    } catch (error) {
      for (const { reject } of members) reject(error)
      return undefined
    }
    const era = this.#eraOf(connection)
    const transaction = new Transaction(connection, how)
    try {
      transaction.begin(members)
      await transaction.runAll(members)
      await transaction.commit()
    } catch (error) {
      if (!(error instanceof ConnectionLost)) {
        transaction.rollback()
        return { error }
      }
      const done = transaction.mayBeDone ? await this.#outcome(transaction.id, await era) : 'not done'
      if (done === 'not done') return 'lost'
      if (done === 'unknown') {
        for (const { reject } of members) reject(unknownOutcome)
        return undefined
      }
    }
    transaction.answer()
    return undefined
  }

  #eraOf(connection: PostgresConnection): Promise<string | undefined> {
    const known = this.#eras.get(connection)
    if (known) return known
    const asked = connection.run<{ era: string }>(`select ${ERA} as era`).then(
      ([row]) => row?.era,
      () => undefined,
    )
    this.#eras.set(connection, asked)
    return asked
  }

  /**
   * Asks a new connection whether a transaction was committed. A server that crashed can give the id of a transaction
   * that did not reach its disk to another one, so "committed" is an answer only within an era.
   */
  async #outcome(id: string | null | undefined, era: string | undefined): Promise<'done' | 'not done' | 'unknown'> {
    // Null: the transaction wrote nothing. Undefined: its answer was lost.
    if (id === null) return 'not done'
    if (id === undefined) return 'unknown'
    for (let tries = 0; tries < OUTCOME_TRIES; tries++) {
      try {
        const connection = await this.#link.get()
        const [row] = await connection.run<{ status: string | null; era: string }>(
          `select pg_xact_status($1::text::xid8) as status, ${ERA} as era`,
          [id],
        )
        if (row?.status === 'committed') return row.era === era ? 'done' : 'unknown'
        if (row?.status === 'aborted') return 'not done'
        if (row?.status !== 'in progress') return 'unknown'
      } catch (error) {
        if (!(error instanceof ConnectionLost || error instanceof Refusal)) return 'unknown'
      }
      await this.#sleep(OUTCOME_PAUSE)
    }
    return 'unknown'
  }

  /** A random pause that grows, so that writes that conflict do not meet again. */
  #pause(tries: number): Promise<void> {
    const [random = 0] = this.#world.bytes(1)
    return this.#sleep(((random + 1) / 256) * 2 ** tries)
  }

  #sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => void this.#world.after(milliseconds, resolve))
  }
}

const compare = (a = 0n, b = 0n): number => (a < b ? -1 : Number(a > b))

const tooMany = new Refusal('busy', 'Too many writes wait for the database')

const failedAlways = new Refusal(
  'busy',
  'The write conflicted with others, or lost its connection to the database, ten times',
)

/** Class 53: the server is short of disk space, memory or connections. */
function refusalOf(reason: unknown): unknown {
  const state = sqlStateOf(reason) ?? ''
  if (state === '53100') return new Refusal('no-room', 'There is no room on the disk of the database at the moment')
  return state.startsWith('53') ? new Refusal('busy', 'The database is short of resources at the moment') : reason
}

/** The caller cannot know whether the write was done. */
const unknownOutcome = new Refusal(
  'busy',
  'The connection to the database was lost while it committed, so it is unknown whether the write was done',
  { outcome: 'unknown' },
)

/** Locks until the end of the transaction, one after another. */
const lockAll = (locks: readonly bigint[]) =>
  sql`select count(pg_advisory_xact_lock(lock)) from unnest(cast(${`{${locks.join()}}`} as bigint[])) as lock`

const ownId = sql`select cast(pg_current_xact_id_if_assigned() as text) as id`

/** One transaction on a connection. */
class Transaction {
  readonly #connection: PostgresConnection
  readonly #careful: boolean
  readonly #answers: (() => void)[] = []
  /** The first error of a statement that was not waited for. */
  #failure: { readonly error: unknown } | undefined
  /** The id of the transaction, known shortly before the commit; null if it wrote nothing. */
  id: string | null | undefined
  #committing = false
  /** Whether the server ended the session at a statement before the commit. */
  #endedBefore = false

  constructor(connection: PostgresConnection, how: 'pipelined' | 'careful') {
    this.#connection = connection
    this.#careful = how === 'careful'
  }

  /** After the locks, each statement sees what was committed before it. Without locks, conflicts are detected instead. */
  begin(members: readonly GroupMember[]): void {
    const locks = [...new Set(members.flatMap((member) => member.locks))]
    const level = locks.length === 0 ? 'serializable' : 'read committed'
    this.#send(this.#connection.run(`begin isolation level ${level}`))
    if (locks.length > 0) this.#send(this.#connection.statement(lockAll(locks)))
  }

  /**
   * Runs the members' bodies. Those with different locks run at the same time, since none touches the rows of another;
   * the connection runs their statements one after another. Throws if the transaction cannot be committed.
   */
  async runAll(members: readonly GroupMember[]): Promise<void> {
    const answers = new Map<GroupMember, () => void>()
    const chains = [...Map.groupBy(members, ({ locks: [lock] }) => lock).values()].map(async (chain) => {
      for (const member of chain) answers.set(member, await this.#run(member))
    })
    await Promise.allSettled(chains)
    if (this.#failure) throw this.#failure.error
    for (const member of members) this.#answers.push(answers.get(member)!)
  }

  /** Runs a member's body and returns how to answer it. Throws if the transaction cannot be committed. */
  async #run({ work, resolve, reject }: GroupMember): Promise<() => void> {
    const body: { wrote: boolean } = { wrote: false }
    try {
      const result = await this.#steps(work(), body)
      return () => resolve(result)
    } catch (error) {
      // The rows that the member wrote must go, with the whole transaction. A careful one has nothing else in it.
      if (!body.wrote && !this.#failure && !isDatabaseFailure(error)) return () => reject(error)
      this.#failure ??= { error }
      throw error
    }
  }

  async #steps<T>(body: Statements<T>, seen: { wrote: boolean }): Promise<T> {
    let step = body.next()
    while (!step.done) {
      // A statement after a failed one fails, too, and would only hide the reason.
      if (this.#failure) throw this.#failure.error
      const text = preparedText(step.value)
      if (!text.reads) seen.wrote = true
      if (this.#careful) {
        step = await this.#careFor(body, step.value)
        continue
      }
      const answer = this.#connection.statement(step.value, text)
      let rows: readonly Row[] = []
      if (text.returnsRows) rows = await answer
      else this.#send(answer)
      step = body.next(rows)
    }
    return step.value
  }

  /** A failed statement is undone alone and thrown at its `yield` in the body, which may turn it into a refusal. */
  async #careFor<T>(body: Statements<T>, statement: Parameters<PostgresConnection['statement']>[0]) {
    this.#send(this.#connection.run('savepoint statement'))
    let rows: readonly Row[]
    try {
      rows = await this.#connection.statement(statement)
    } catch (error) {
      if (error instanceof ConnectionLost || isConflict(error)) throw error
      this.#send(this.#connection.run('rollback to savepoint statement'))
      return body.throw(error)
    }
    this.#send(this.#connection.run('release savepoint statement'))
    return body.next(rows)
  }

  async commit(): Promise<void> {
    const id = this.#connection.statement(ownId)
    this.#send(id.then(([row]) => void (this.id = (row?.['id'] ?? null) as string | null)))
    this.#committing = true
    const commit = this.#connection.run('commit')
    await commit
    // The commit of a failed transaction rolls it back without an error.
    if (this.#failure) {
      this.#committing = false
      throw this.#failure.error
    }
  }

  /** Whether the transaction may have been committed although its connection was lost. */
  get mayBeDone(): boolean {
    return this.#committing && !this.#endedBefore
  }

  /** The connection sends it before anything else, so nothing needs to wait for it. */
  rollback(): void {
    if (!this.#connection.ended.aborted) this.#send(this.#connection.run('rollback'))
  }

  answer(): void {
    for (const tell of this.#answers) tell()
  }

  #send(answer: Promise<unknown>): void {
    answer.catch((error: unknown) => {
      if (error instanceof ConnectionLost && sqlStateOf(error.cause) !== undefined) this.#endedBefore = true
      this.#failure ??= { error }
    })
  }
}

const isDatabaseFailure = (error: unknown): boolean =>
  error instanceof ConnectionLost || sqlStateOf(error) !== undefined
