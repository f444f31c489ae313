/** A value that PostgreSQL receives; a list becomes an array. */
export type DatabaseValue = string | number | null | Uint8Array | readonly number[] | readonly (string | null)[]

/**
 * PostgreSQL, for the tables of packs. Each call is a transaction of its own. Calls that do not wait for each other share a
 * connection and may be sent together. `bigint` and `numeric` columns are numbers, conditions are 0 or 1, `bytea` columns
 * are Buffers. Rejects with a refusal `busy` while the database is away.
 */
export interface PackDatabase {
  query<R = unknown>(text: string, args?: readonly DatabaseValue[]): Promise<readonly R[]>
}
