import type { PostgresConnection } from './connection.ts'

/** The table of epochs. */
export const epochTable = `create table if not exists engine_epoch (
  epoch text primary key, noted timestamptz not null default clock_timestamp()
)`

/**
 * The epochs of a database: the cluster, its timeline, and the database in it. A copy that is restored has another
 * cluster or database; recovery to a moment and the promotion of a standby begin another timeline. Each may have lost
 * the last writes. A copy of the files that is started in their place has the same epoch.
 */
export class Epochs {
  #count = 1
  #isNew = false

  /** The number of epochs before the current one. */
  get before(): number {
    return this.#count - 1
  }

  /** Whether this run of the program was the first to note the current epoch, after an earlier one. */
  get isNew(): boolean {
    return this.#isNew
  }

  /** Notes the epoch of a new connection, before it has another use. */
  async note(connection: PostgresConnection): Promise<void> {
    const [here] = await connection.run<{ epoch: string; noted: number; count: number }>(CURRENT)
    const { epoch, noted, count } = here!
    if (noted === 1) {
      this.#count = count
      return
    }
    const added = await connection.run(
      'insert into engine_epoch (epoch) values ($1) on conflict do nothing returning epoch',
      [epoch],
    )
    // A node that noted it at the same time has committed.
    const [now] = await connection.run<{ count: number }>('select count(*) as count from engine_epoch')
    this.#count = now!.count
    if (added.length > 0) this.#isNew = this.#count > 1
  }
}

const CURRENT = `
  with current as (
    select concat_ws('/', system_identifier, left(pg_walfile_name(pg_current_wal_lsn()), 8), oid) as epoch
    from pg_control_system(), pg_database where datname = current_database()
  )
  select epoch, exists (select from engine_epoch where engine_epoch.epoch = current.epoch) as noted,
    (select count(*) from engine_epoch) as count
  from current`
