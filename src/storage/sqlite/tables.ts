import { type Sql, sql } from '../engine.ts'

/** A table, as a copy needs to know it. */
export interface TableShape {
  readonly name: string
  readonly columns: readonly string[]
  /** The columns of the primary key. */
  readonly key: readonly string[]
  /** The largest value that the engine has ever assigned to the primary key; undefined if it assigns none. */
  readonly assigned: number | undefined
}

/** The engine's own tables, which another engine has in a form of its own. */
const OWN = ['schema_version', 'engine_state']

/** The tables of a SQLite store. Each follows those that it references. */
export async function tablesOf(rows: Sql): Promise<readonly TableShape[]> {
  const names = (
    await rows.all<{ name: string }>(
      sql`select name from sqlite_schema where type = 'table' and name not like 'sqlite\\_%' escape '\\' order by name`,
    )
  ).flatMap(({ name }) => (OWN.includes(name) ? [] : [name]))
  const sorted: string[] = []
  const visit = async (name: string): Promise<void> => {
    if (sorted.includes(name)) return
    const references = await rows.all<{ table: string }>(
      sql`select distinct "table" from pragma_foreign_key_list(${name}) where "table" <> ${name} order by 1`,
    )
    for (const { table } of references) await visit(table)
    sorted.push(name)
  }
  for (const name of names) await visit(name)
  const shapes: TableShape[] = []
  for (const name of sorted) shapes.push(await shapeOf(rows, name))
  return shapes
}

async function shapeOf(rows: Sql, name: string): Promise<TableShape> {
  const columns = await rows.all<{ name: string; pk: number }>(
    sql`select name, pk from pragma_table_info(${name}) order by cid`,
  )
  const key = columns.filter(({ pk }) => pk > 0).toSorted((a, b) => a.pk - b.pk)
  if (key.length === 0) throw new Error(`The table ${name} has no primary key`)
  const sequence = await rows.first<{ seq: number }>(sql`select seq from sqlite_sequence where name = ${name}`)
  return {
    name,
    columns: columns.map((column) => column.name),
    key: key.map((column) => column.name),
    assigned: sequence?.seq,
  }
}

/** Whether the last server on a store, which is open to be read, closed it properly. */
export async function isClosed(rows: Sql): Promise<boolean> {
  const row = await rows.first<{ value: number }>(sql`select value from engine_state where name = 'open'`)
  return row?.value === 0
}
