import { refuse } from '../../../core/refusal.ts'
import { ask, named, type Sql, sql, type SqlValue, type Statements } from '../../../storage/engine.ts'

/** Every write of a migration has it: the writes run one after another. */
export const HOLD = [named('migration')]

const SOURCE = 'source'

/** The progress of one step, in the database that is the target of a migration. */
interface StepRow {
  readonly name: string
  /** Where the step goes on. */
  readonly place: string
  readonly done: number
}

/**
 * Creates the tables for the progress of a migration. Returns which store it copies; undefined for a new migration.
 * Refuses `already-exists` if the migration has finished.
 */
export async function openProgress(target: Sql): Promise<string | undefined> {
  await target.write(function* () {
    yield* ask(sql`create table if not exists engine_migration (
      name text primary key, place text not null, done integer not null)`)
  }, HOLD)
  const begun = await stepOf(target, SOURCE)
  if (begun?.done === 1) refuse('already-exists', 'The migration into this database has finished: start the nodes.')
  await target.write(function* () {
    yield* ask(sql`create table if not exists engine_migration_blob (
      source text primary key, target text not null, octets bigint not null)`)
  }, HOLD)
  return begun?.place
}

export const beginProgress = (target: Sql, source: string): Promise<void> =>
  target.write(() => noteStep({ name: SOURCE, place: source, done: 0 }), HOLD)

export const finishProgress = (target: Sql): Promise<void> =>
  target.write(function* () {
    yield* ask(sql`drop table engine_migration_blob`)
    yield* ask(sql`delete from engine_migration where name <> ${SOURCE}`)
    yield* ask(sql`update engine_migration set done = 1`)
  }, HOLD)

export const stepOf = (target: Sql, name: string): Promise<StepRow | undefined> =>
  target.first<StepRow>(sql`select name, place, done from engine_migration where name = ${name}`)

/** In the transaction of the step itself. */
export function* noteStep({ name, place, done }: StepRow): Statements<void> {
  yield* ask(sql`insert into engine_migration (name, place, done) values (${name}, ${place}, ${done})
    on conflict (name) do update set place = excluded.place, done = excluded.done`)
}

/** The key of a row as text. */
export const placeOf = (key: readonly SqlValue[]): string =>
  JSON.stringify(key.map((value) => (value instanceof Uint8Array ? [Buffer.from(value).toString('base64')] : value)))

export const keyAt = (place: string): readonly SqlValue[] =>
  (JSON.parse(place) as (SqlValue | [string])[]).map((value) =>
    Array.isArray(value) ? Buffer.from(value[0], 'base64') : value,
  )
