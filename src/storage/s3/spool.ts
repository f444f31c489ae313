import type { PackDatabase } from './database.ts'
import { SLOTS, SPOOLED, spoolTable } from './pack-tables.ts'
import { HEADER, type PackRecordLocation } from './record.ts'

/** Octets of a pack that one statement reads. */
const READ = 1024 ** 2
/** Seconds after which the answer to a statement has come or was lost. */
const ANSWERED = 60

/** A pack in the spool. */
export interface SpooledPack {
  readonly pack: number
  readonly slot: number
}

/** The tables that hold the records of packs until these are stored as objects. */
export class Spool {
  readonly #database: PackDatabase
  readonly #node: string
  readonly #limit: number

  constructor(database: PackDatabase, node: string, limit: number) {
    this.#database = database
    this.#node = node
    this.#limit = limit
  }

  /** Opens a pack in the current table; undefined if the spool is full. */
  async open(): Promise<SpooledPack | undefined> {
    const [opened] = await this.#database.query<SpooledPack>(OPEN, [this.#node, this.#limit])
    return opened
  }

  /**
   * Resolves when the records that begin at offset `start` are durable. False if the pack is not open any more, and
   * nothing was added.
   */
  async add({ pack, slot }: SpooledPack, start: number, bytes: Buffer): Promise<boolean> {
    const added = await this.#database.query(adding[slot]!, [pack, start, bytes])
    return added.length > 0
  }

  /** Closes a pack for everyone. False if it is stored, or another node took it over. Can run again. */
  async seal({ pack }: SpooledPack): Promise<boolean> {
    const sealed = await this.#database.query(
      `update engine_pack set state = 'sealed', changed = clock_timestamp()
       where pack = $1 and node = $2 and state in ('open', 'sealed') returning pack`,
      [pack, this.#node],
    )
    return sealed.length > 0
  }

  /** Seals the packs of all other nodes but these, and makes them packs of this node. */
  takeOver(living: readonly string[]): Promise<readonly SpooledPack[]> {
    return this.#database.query<SpooledPack>(
      `update engine_pack set state = 'sealed', node = $1, changed = clock_timestamp()
       where state in ('open', 'sealed') and node <> $1 and not node = any($2::text[]) returning pack, slot`,
      [this.#node, living],
    )
  }

  /** Seals the older packs of this node that are not in the list. */
  adopt(known: readonly number[]): Promise<readonly SpooledPack[]> {
    return this.#database.query<SpooledPack>(
      `update engine_pack set state = 'sealed', changed = clock_timestamp()
       where state in ('open', 'sealed') and node = $1 and not pack = any($2::bigint[])
         and changed < clock_timestamp() - make_interval(secs => $3) returning pack, slot`,
      [this.#node, known, ANSWERED],
    )
  }

  /** The octets of a pack. Gaps contain zeros. */
  async contents({ pack, slot }: SpooledPack): Promise<Buffer> {
    const rows: { start: number; bytes: Buffer }[] = []
    for (let next: number | undefined = 0; next !== undefined;) {
      const found: readonly { start: number; bytes: Buffer }[] = await this.#database.query(reading[slot]!, [
        pack,
        next,
        READ,
      ])
      rows.push(...found)
      next = found.length > 0 ? found.at(-1)!.start + 1 : undefined
    }
    const whole = Buffer.alloc(rows.reduce((end, { start, bytes }) => Math.max(end, start + bytes.length), 0))
    for (const { start, bytes } of rows) whole.set(bytes, start)
    return whole
  }

  /** Reads complete records of one table, in the given order; undefined for each that is not there. */
  async records(slot: number, records: readonly PackRecordLocation[]): Promise<readonly (Buffer | undefined)[]> {
    const rows = await this.#database.query<{ nth: number; octets: Buffer }>(finding[slot]!, [
      records.map(({ pack }) => pack),
      records.map(({ offset }) => offset),
      records.map(({ length }) => HEADER + length),
    ])
    const found: (Buffer | undefined)[] = records.map(() => undefined)
    for (const { nth, octets } of rows) found[nth - 1] = octets
    return found
  }

  /** Makes the next table the current one if that is empty and the current one is not, and empties tables. */
  async turn(): Promise<void> {
    await this.#database.query(ROTATE)
    for (const slot of Array.from({ length: SLOTS }, (_, nth) => nth)) {
      const [{ full } = { full: 0 }] = await this.#database.query<{ full: number }>(removable[slot]!)
      if (full === 1) await this.#database.query(emptying[slot]!)
    }
  }

  /** Octets of the tables on the disk. */
  async octets(): Promise<number> {
    const [row] = await this.#database.query<{ octets: number }>(`select (${SPOOLED})::bigint as octets`)
    return row!.octets
  }
}

// `for share`: the ring does not turn before the pack is in it, so a table that is not the current one gets no packs.
const OPEN = `
  with ring as (select slot from engine_spool_ring for share),
    used as (select (${SPOOLED}) as octets)
  insert into engine_pack (node, slot, state) select $1, ring.slot, 'open' from ring, used where used.octets < $2
  returning pack, slot`

const forEachSlot = (text: (table: string, slot: number) => string): readonly string[] =>
  Array.from({ length: SLOTS }, (_, slot) => text(spoolTable(slot), slot))

// `for share`: the pack is not sealed before the records are in it.
const adding = forEachSlot(
  (table) => `
  with open as (select pack from engine_pack where pack = $1 and state = 'open' for share)
  insert into ${table} (pack, start, bytes) select $1, $2, $3 from open returning start`,
)

const reading = forEachSlot(
  (table) => `
  select start, bytes from (
    select start, bytes, sum(octet_length(bytes)) over (order by start) - octet_length(bytes) as before
    from (select start, bytes from ${table} where pack = $1 and start >= $2 order by start limit 64) some_rows
  ) rows_before where before < $3 order by start`,
)

// A row holds several records. The one that contains an offset begins at it or before it.
const finding = forEachSlot(
  (table) => `
  select wanted.nth::integer as nth,
    substring(found.bytes from (wanted.start - found.start + 1)::integer for wanted.octets::integer) as octets
  from unnest($1::bigint[], $2::bigint[], $3::bigint[]) with ordinality as wanted (pack, start, octets, nth),
    lateral (
      select start, bytes from ${table} spooled
      where spooled.pack = wanted.pack and spooled.start <= wanted.start order by spooled.start desc limit 1
    ) found`,
)

const unstored = (slot: number): string =>
  `exists (select from engine_pack where slot = ${slot} and state in ('open', 'sealed'))`

const isEmpty = (table: string, slot: number): string => `(pg_relation_size('${table}') = 0 and not ${unstored(slot)})`

const ROTATE = `
  update engine_spool_ring set slot = (slot + 1) % ${SLOTS}
  where case slot ${forEachSlot((table, slot) => {
    const next = (slot + 1) % SLOTS
    return `when ${slot} then not ${isEmpty(table, slot)} and ${isEmpty(spoolTable(next), next)}`
  }).join(' ')} end`

const removable = forEachSlot(
  (table, slot) => `
  select pg_relation_size('${table}') > 0 and not ${unstored(slot)} as full
  from engine_spool_ring where slot <> ${slot}`,
)

// Looks again under the lock of the ring. Gives up at once if readers keep the table, because others wait behind it.
const emptying = forEachSlot(
  (table, slot) => `
  do $$ begin
    perform set_config('lock_timeout', '100ms', true);
    perform 1 from engine_spool_ring where slot <> ${slot} for share;
    if found and not ${unstored(slot)} then truncate ${table}; end if;
  exception when lock_not_available then null;
  end $$`,
)
