import type { DatabaseSync } from 'node:sqlite'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Log } from '../../core/log.ts'
import type { World } from '../../core/world.ts'
import type { DiskSpace } from '../disk-full.ts'
import type { Row, Statements } from '../engine.ts'
import { gathered } from '../gathered.ts'
import { PreparedStatements } from './statements.ts'

/** One caller's transaction, and the way to answer it. */
interface GroupMember {
  readonly work: () => Statements<unknown>
  readonly resolve: (result: unknown) => void
  readonly reject: (reason: unknown) => void
}

/** A group ends after so many members or milliseconds, so that the event loop gets its turn. */
const MOST_MEMBERS = 512
const LONGEST = 10

interface Around {
  readonly world: World
  readonly log: Log
  readonly room: DiskSpace
  /** Resolves when what was committed is durable. */
  readonly sync: () => Promise<void>
  /** Something became durable: readers may see it. */
  readonly durable: () => void
  /** Between two groups nobody writes. */
  readonly between: () => Promise<void>
}

/**
 * The one lane through which everything is written. What queues while a group is on its way to the disk makes up the
 * next one; the members of a group are answered together, when it is durable.
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

  /** Finishes what is queued and takes nothing more. */
  async close(): Promise<void> {
    this.#closed ??= new Error('The store is closed')
    await this.#draining
  }

  async #drain(): Promise<void> {
    try {
      for (;;) {
        await gathered(() => this.#queue.length)
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
    // They stay in the queue until they are safe: should the sync fail, they fail with all the others.
    if (committed) {
      await this.#around.sync()
      this.#around.durable()
    }
    this.#queue.splice(0, answers.length)
    for (const tell of answers) tell()
  }

  /**
   * What a disk does not confirm may be there or not, and asking again proves nothing: after a failed sync nothing
   * more is written until the program has been started again.
   */
  #fail(error: unknown): void {
    this.#around.log.error({ error }, 'The store could not be written to and is closed')
    this.#closed = new Error('The store could not be written to and is closed', { cause: error })
    for (const { reject } of this.#queue.splice(0)) reject(this.#closed)
  }
}

/** Milliseconds that a group may keep the event loop to itself. */
const SLICE = 10

/** Tells a member how it went. */
type Settle = () => void

/** What came of a group: whether there is something to make durable, and what to say once it is. */
interface GroupOutcome {
  readonly committed: boolean
  readonly answers: readonly Settle[]
}

/** Puts many callers' transactions into one: each in a savepoint of its own, so that one's failure is its own. */
export class CommitGroup {
  readonly #database: DatabaseSync
  readonly #world: World
  /** When others last had their turn. */
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
   * Runs the first member and those that `more` hands out until it has none, then commits. Between two statements others may
   * have their turn, though none that writes: a long member keeps nobody else waiting but those behind it.
   * When SQLite gives the whole transaction up (a full disk, say), all members so far fail with the same error.
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

  /** A failed statement is thrown into the body at its `yield`, where it may be turned into a refusal. */
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
