import type { DatabaseSync } from 'node:sqlite'
import type { Row, Statements } from '../engine.ts'
import { PreparedStatements } from './prepared-statements.ts'

/** One caller's transaction, and the way to answer it. */
export interface Member {
  readonly work: () => Statements<unknown>
  readonly resolve: (result: unknown) => void
  readonly reject: (reason: unknown) => void
}

/** Tells a member how it went. */
export type Answer = () => void

/** What came of a group: whether there is something to make durable, and what to say once it is. */
export interface Outcome {
  readonly committed: boolean
  readonly answers: readonly Answer[]
}

/** Puts many callers' transactions into one: each in a savepoint of its own, so that one's failure is its own. */
export class Group {
  readonly #database: DatabaseSync
  readonly #statements: PreparedStatements
  readonly #run: Record<'begin' | 'commit' | 'rollback' | 'savepoint' | 'release' | 'undo', () => unknown>

  constructor(database: DatabaseSync) {
    this.#database = database
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
   * Runs the first member and those that `more` hands out until it has none, then commits. Nothing waits in between.
   * When SQLite gives the whole transaction up (a full disk, say), all members so far fail with the same error.
   */
  commit(first: Member, more: () => Member | undefined): Outcome {
    const members: Member[] = []
    const answers: Answer[] = []
    let succeeded = 0
    try {
      this.#run.begin()
      for (let member: Member | undefined = first; member; member = more()) {
        members.push(member)
        const answer = this.#member(member)
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

  #member({ work, resolve, reject }: Member): { ok: boolean; tell: Answer } {
    this.#run.savepoint()
    try {
      const result = this.#step(work())
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
  #step<T>(body: Statements<T>): T {
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
      step = body.next(rows)
    }
    return step.value
  }
}
