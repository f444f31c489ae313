import type { Sql, Statements } from '../../storage/engine.ts'

/** Runs statements that only read outside a transaction, each for itself. */
export async function read<T>(sql: Sql, body: Statements<T>): Promise<T> {
  let step = body.next()
  while (!step.done) step = body.next(await sql.all(step.value))
  return step.value
}
