import { type Engine, sql, type Statement, type Statements } from '../../src/storage/engine.ts'
import { withWrite } from './holds.ts'

/** The tables of the directory and the mail store. */
const facts = /\b(?:directory|mail)_\w+/

/** An engine on the way to another, which fails when it is told to. */
export class FailingEngine {
  /** Writes of facts that still succeed. */
  #left = Infinity
  /** Whether it has failed since it was told to. */
  failed = false

  /** From now on so many writes of facts succeed, commits among them, and then one fails. */
  failAfter(writes: number): void {
    this.#left = writes
    this.failed = false
  }

  over(engine: Engine): Engine {
    return withWrite(engine, (work, holds) => engine.sql.write(() => this.#stepped(work()), holds))
  }

  *#stepped<T>(body: Statements<T>): Statements<T> {
    let wrote = false
    let step = body.next()
    while (!step.done) {
      const changes = isWrite(step.value)
      wrote ||= changes
      if (changes && this.#fails()) {
        step = body.throw(new Error('The engine failed'))
        continue
      }
      let rows
      try {
        rows = yield step.value
      } catch (error) {
        step = body.throw(error)
        continue
      }
      step = body.next(rows)
    }
    // The commit.
    if (wrote && this.#fails()) throw new Error('The engine failed')
    return step.value
  }

  #fails(): boolean {
    const fails = this.#left === 0
    if (fails) this.failed = true
    this.#left = fails ? Infinity : this.#left - 1
    return fails
  }
}

function isWrite({ parts }: Statement): boolean {
  const text = parts.join('?')
  return /^\s*(?:insert|update|delete)\b/i.test(text) && facts.test(text)
}

/** The same again and again: with the first write failing, the second, and so on, until none is left to fail. */
export async function* withEachFailing<T>(
  failing: FailingEngine,
  act: () => Promise<T>,
): AsyncGenerator<{ readonly result: T; readonly writes: number; readonly failed: boolean }> {
  for (let writes = 0; ; writes++) {
    failing.failAfter(writes)
    const result = await act()
    const { failed } = failing
    failing.failAfter(Infinity)
    yield { result, writes, failed }
    if (!failed) return
  }
}

/**
 * Every row of every table of facts, as a text: the same after what changed nothing. What was done is on record beside
 * them.
 */
export async function everything({ sql: rows }: Engine): Promise<() => Promise<string>> {
  const columns = await rows.all<{ tab: string; col: string }>(sql`select m.name as tab, c.name as col
    from sqlite_master m join pragma_table_info(m.name) c where m.type = 'table' order by m.name, c.cid`)
  const named = Map.groupBy(
    columns.filter(({ tab }) => facts.test(tab) && tab !== 'directory_audit'),
    ({ tab }) => tab,
  )
  const each = [...named].map(([tab, of]) => {
    const row = of.map(({ col }) => `quote("${col}")`).join(` || ',' || `)
    return `select '${tab}: ' || group_concat(${row}, '\n  ') as held from "${tab}"`
  })
  const all: Statement = { parts: [each.join(' union all ')], args: [] }
  return async () => (await rows.all<{ held: string | null }>(all)).map(({ held }) => held ?? '').join('\n')
}
