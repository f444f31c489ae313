import { type PostgresConnection, sqlStateOf } from './connection.ts'

/** Faults of the database, a sentence each. Reads every row of every table. */
export async function findFaults(connection: PostgresConnection): Promise<readonly string[]> {
  const invalid = await connection.run<{ name: string }>(
    `select indexrelid::regclass::text as name from pg_index where not indisvalid or not indisready order by name`,
  )
  const faults = invalid.map(({ name }) => `The index ${name} is not valid: run "reindex index ${name}"`)
  const tables = await connection.run<{ name: string }>(
    'select quote_ident(tablename) as name from pg_tables where schemaname = current_schema() order by tablename',
  )
  for (const { name } of tables) {
    try {
      // The text of a row contains all of its values, so PostgreSQL reads those that are stored apart from it, too.
      await connection.run(`select max(length(t::text)) from ${name} t`)
    } catch (error) {
      if (sqlStateOf(error) === undefined) throw error
      faults.push(`The table ${name} cannot be read: ${(error as Error).message}`)
    }
  }
  return faults
}
