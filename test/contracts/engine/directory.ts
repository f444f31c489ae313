import { onTestFinished } from 'vitest'
import { ask, type Engine, type Migration, sql } from '../../../src/storage/engine.ts'

/** Somewhere an engine can be opened, closed and opened again. */
export interface EngineDirectory {
  open(migrations: readonly Migration[]): Promise<Engine>
}

export type MakeDirectory = () => EngineDirectory

export const notes: Migration = {
  number: 1,
  name: 'notes',
  up: ({ bytes, integer }) => [
    `create table note (id ${integer} primary key, text text not null, count ${integer}, octets ${bytes})`,
  ],
}

/** An engine that is closed when the test is over. */
export async function opened(place: EngineDirectory, migrations: readonly Migration[] = [notes]): Promise<Engine> {
  const engine = await place.open(migrations)
  onTestFinished(() => engine.close())
  return engine
}

export function* add(id: number, text = `note ${id}`) {
  yield* ask(sql`insert into note (id, text) values (${id}, ${text})`)
  return id
}

export const ids = async (engine: Engine): Promise<readonly number[]> =>
  (await engine.sql.all<{ id: number }>(sql`select id from note order by id`)).map((row) => row.id)
