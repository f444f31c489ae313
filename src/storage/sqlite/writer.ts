import type { DatabaseSync } from 'node:sqlite'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Log } from '../../core/log.ts'
import type { World } from '../../core/world.ts'
import type { DiskSpace } from '../disk-full.ts'
import type { Row, Statements } from '../engine.ts'
import { gatherGroup } from '../gather-group.ts'
import { PreparedStatements } from './statements.ts'

/** A caller's transaction, and the functions that answer the caller. */
interface GroupMember {
  readonly work: () => Statements<unknown>
  readonly resolve: (result: unknown) => void
  readonly reject: (reason: unknown) => void
}

/** The most members and milliseconds of a group, so that other work gets a turn. */
const MOST_MEMBERS = 512
const LONGEST = 10

interface Around {
  readonly world: World
  readonly log: Log
  readonly room: DiskSpace
  /** Resolves when the commit is durable. */
  readonly sync: () => Promise<void>
  /** Called when a commit is durable: readers may see it. */
  readonly durable: () => void
  /** Called between two groups, when nobody writes. */
  readonly between: () => Promise<void>
}

/**
 * The queue of all writes. Writes that queue while a group is being synced form the next group. The members of a group
 * are answered together, when it is durable.
 */
export class SqliteWriter {
  readonly #group: CommitGroup
  readonly #around: Around
  #queue: GroupMember[] = []
  #draining: Promise<void> | undefined
  #closed: Error | undefined

  constructor(group: CommitGroup, around: Around) {
    this.#group = group
    this.#around = around
  }

  write<T>(work: () => Statements<T>): Promise<T> {
    if (this.#closed) return Promise.reject(this.#closed)
    return new Promise<T>((resolve, reject) => {
      const refuse = (reason: unknown) => reject(this.#around.room.refusal(reason))
      this.#queue.push({ work, resolve: resolve as GroupMember['resolve'], reject: refuse })
      this.#draining ??= this.#drain()
    })
  }

  /** Finishes the queue and accepts nothing more. */
  async close(): Promise<void> {
    this.#closed ??= new Error('The store is closed')
    await this.#draining
  }

  async #drain(): Promise<void> {
    try {
      for (;;) {
        await gatherGroup(() => this.#queue.length)
        const first = this.#queue[0]
        if (!first) return
        await this.#commit(first)
        await this.#around.between()
      }
    } catch (error) {
      this.#fail(error)
    } finally {
      this.#draining = undefined
    }
  }

  async #commit(first: GroupMember): Promise<void> {
    const end = this.#around.world.elapsed() + LONGEST
    let taken = 1
    const { committed, answers } = await this.#group.commit(first, () =>
      taken < MOST_MEMBERS && this.#around.world.elapsed() < end ? this.#queue[taken++] : undefined,
    )
    // They stay in the queue until they are durable: if the sync fails, they fail with all others.
    if (committed) {
      await this.#around.sync()
      this.#around.durable()
    }
    this.#queue.splice(0, answers.length)
    for (const tell of answers) tell()
  }

  /**
   * After a failed sync, the data may or may not be on the disk, and another sync proves nothing. So nothing more is
   * written until the program restarts.
   */
  #fail(error: unknown): void {
    this.#around.log.error({ error }, 'The store could not be written to and is closed')
    this.#closed = new Error('The store could not be written to and is closed', { cause: error })
    for (const { reject } of this.#queue.splice(0)) reject(this.#closed)
  }
}

/** Milliseconds for which a group may occupy the event loop. */
const SLICE = 10

/** Answers a member. */
type Settle = () => void

/** The result of a group: whether there is a commit to sync, and the answers to give after that. */
interface GroupOutcome {
  readonly committed: boolean
  readonly answers: readonly Settle[]
}

/**
 * Runs many callers' transactions as one: each in a savepoint of its own, so that a failure affects only its caller.
 */
export class CommitGroup {
  readonly #database: DatabaseSync
  readonly #world: World
  /** When other work last had a turn. */
  #since = 0
  readonly #statements: PreparedStatements
  readonly #run: Record<'begin' | 'commit' | 'rollback' | 'savepoint' | 'release' | 'undo', () => unknown>

  constructor(database: DatabaseSync, world: World) {
    this.#database = database
    this.#world = world
    this.#statements = new PreparedStatements(database)
    const prepared = (text: string) => {
      const statement = database.prepare(text)
      return () => statement.run()
    }
    this.#run = {
      begin: prepared('begin immediate'),
      commit: prepared('commit'),
      rollback: prepared('rollback'),
      savepoint: prepared('savepoint member'),
      release: prepared('release member'),
      undo: prepared('rollback to member'),
    }
  }

  /**
   * Runs the first member and those that `more` returns, then commits. Other work, except writes, may run between two
   * statements: a long member delays only the writes behind it. If SQLite gives up the whole transaction (for example
   * on a full disk), all members fail with the same error.
   */
  async commit(first: GroupMember, more: () => GroupMember | undefined): Promise<GroupOutcome> {
    const members: GroupMember[] = []
    const answers: Settle[] = []
    let succeeded = 0
    this.#since = this.#world.elapsed()
    try {
      this.#run.begin()
      for (let member: GroupMember | undefined = first; member; member = more()) {
        members.push(member)
        const answer = await this.#member(member)
        answers.push(answer.tell)
        if (answer.ok) succeeded++
      }
      this.#run[succeeded > 0 ? 'commit' : 'rollback']()
      return { committed: succeeded > 0, answers }
    } catch (error) {
      if (this.#database.isTransaction) this.#run.rollback()
      if (members.length === 0) members.push(first)
      return { committed: false, answers: members.map((member) => () => member.reject(error)) }
    }
  }

  async #member({ work, resolve, reject }: GroupMember): Promise<{ ok: boolean; tell: Settle }> {
    this.#run.savepoint()
    try {
      const result = await this.#step(work())
      this.#run.release()
      return { ok: true, tell: () => resolve(result) }
    } catch (error) {
      if (!this.#database.isTransaction) throw error
      this.#run.undo()
      this.#run.release()
      return { ok: false, tell: () => reject(error) }
    }
  }

  /** A failed statement throws at its `yield` in the body, which may turn it into a refusal. */
  async #step<T>(body: Statements<T>): Promise<T> {
    let step = body.next()
    while (!step.done) {
      let rows: readonly Row[]
      try {
        rows = this.#statements.all(step.value)
      } catch (error) {
        if (!this.#database.isTransaction) throw error
        step = body.throw(error)
        continue
      }
      const passed = this.#world.elapsed() - this.#since
      // A clock may be set back.
      if (passed >= SLICE || passed < 0) await this.#otherTurns()
      step = body.next(rows)
    }
    return step.value
  }

  async #otherTurns(): Promise<void> {
    await nextTurn()
    this.#since = this.#world.elapsed()
  }
}
