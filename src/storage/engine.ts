import type { Brand, MailboxId, TenantId } from '../core/ids.ts'

/** A value of a column. Numbers are whole and up to 2^53. */
export type SqlValue = string | number | null | Uint8Array
export type Row = Readonly<Record<string, SqlValue>>

/** An SQL statement: text with gaps, and the values of the gaps. Both engines run the text. */
export interface Statement {
  readonly parts: readonly string[]
  readonly args: readonly SqlValue[]
}

/** `sql\`select uid from message where folder = ${folder}\``: values are bound, never inserted into the text. */
export const sql = (parts: TemplateStringsArray, ...args: SqlValue[]): Statement => ({ parts, args })

/** Joins statements: the text of each continues that of the one before. */
export const inARow = (...statements: readonly Statement[]): Statement => {
  const parts = ['']
  for (const [first = '', ...others] of statements.map((statement) => statement.parts)) {
    parts.push(`${parts.pop()}${first}`, ...others)
  }
  return { parts, args: statements.flatMap(({ args }) => args) }
}

/** The values of `in (…)`; at least one. */
export const listOf = (values: readonly SqlValue[]): Statement => ({
  parts: ['', ...values.slice(1).map(() => ', '), ''],
  args: values,
})

/** The body of a transaction: yields statements, receives their rows, returns the result. Contains nothing but SQL. */
export type Statements<T> = Generator<Statement, T, readonly Row[]>

/** In a transaction: `const rows = yield* ask<{ uid: Uid }>(sql\`…\`)`. */
export function* ask<R = Row>(statement: Statement): Statements<readonly R[]> {
  return (yield statement) as readonly R[]
}

/** In a transaction: the first row, or undefined. */
export function* askOne<R = Row>(statement: Statement): Statements<R | undefined> {
  return (yield* ask<R>(statement))[0]
}

/** The SQL in which the engines differ. Only the definitions of tables should need it. */
export interface SqlDialect {
  readonly name: 'sqlite' | 'postgres'
  /** Column type for octets. */
  readonly bytes: string
  /** Column type for whole numbers up to 2^53. */
  readonly integer: string
  /** A whole-number primary key that the engine assigns, ascending and never reused. */
  readonly identity: string
  /** Follows the definition of a table whose rows are stored in the order of its primary key, where that is possible. */
  readonly clustered: string
  /** Column type for octets that are already compressed or are read in part: stored as they are. */
  readonly external: string
  /**
   * Follows the definition of a table whose rows are updated often: the percentage of a page that inserts may fill, so
   * that updates find room beside the row.
   */
  readonly busy: (fill: number) => string
}

/** A numbered step of the schema. Numbers are unique over all domain folders. Steps are applied in ascending order. */
export interface Migration {
  readonly number: number
  readonly name: string
  readonly up: (dialect: SqlDialect) => readonly string[]
  /**
   * The number of an earlier step. Programs that know that step, but not this one, work with this one, so they may start
   * on the database during a rolling upgrade. Without it, no program without this step works with it.
   */
  readonly compatibleSince?: number
}

/** The name of something that exists once in the store, for example the signing keys. */
export type Named = Brand<string, 'Named'>

export const named = (name: string): Named => name as Named

/** Rows that a write keeps to itself until it is committed: those of a mailbox, of a tenant, or of a named thing. */
export type Hold = MailboxId | TenantId | Named

/**
 * Rows. Reads see durable rows only. A write resolves when it is durable. A write that throws is undone and fails its
 * own caller only.
 *
 * Another node may write at the same time. Writes with a common hold run one after another, and a write without holds
 * has an effect as if no other ran beside it. The same rows are always written under the same hold, or always without
 * one. The body may run more than once, so it changes nothing outside itself.
 */
export interface Sql {
  all<R = Row>(statement: Statement): Promise<readonly R[]>
  first<R = Row>(statement: Statement): Promise<R | undefined>
  write<T>(work: () => Statements<T>, holds?: readonly Hold[]): Promise<T>
}

/** Runs a transaction, alone or as part of a larger one. */
export type Write = Sql['write']

/** A reference to appended bytes; opaque outside storage. */
export type BlobRef = Brand<string, 'BlobRef'>

/**
 * Returns some references that rows name, after `after` and before `until` as texts, in ascending order; an empty list
 * if there are no more.
 */
export type Naming = (after: string, until: string) => Promise<readonly BlobRef[]>

/** The result of one step of compaction. */
export interface CompactionResult {
  /** Octets of the disk that were freed. */
  readonly freed: number
}

/** Immutable bytes. */
export interface Blobs {
  /**
   * Resolves when the bytes are durable; they must not change until then. Bytes that no row names may be freed after an
   * hour. Bytes that are appended near one mailbox may later be stored together.
   */
  append(bytes: Uint8Array, near?: MailboxId): Promise<BlobRef>
  /** Reads from `start` (0) up to but not including `end` (the end). Refuses `damaged`. */
  read(ref: BlobRef, start?: number, end?: number): Promise<Buffer>
  /**
   * Reads many pieces, in the given order. Neighbours share one read. Uses `memory` as far as it suffices; the caller
   * must not reuse it while it uses the result.
   */
  readAll(pieces: readonly BlobPiece[], memory?: Buffer): Promise<readonly Buffer[]>
  /** Reads all of the bytes, a part at a time. Refuses `damaged` if they differ from what was written. */
  check(ref: BlobRef): Promise<void>
  /**
   * Registers a source of references. Each part of the program that names bytes in rows registers at the start. Bytes
   * that no source names are freed.
   */
  keep(naming: Naming): void
  /**
   * Discards bytes that no row names and no row will name, because the write was refused. Frees their space at once if
   * nothing was appended after them; the rest is treated as {@link dropped}.
   */
  discard(refs: readonly BlobRef[]): Promise<void>
  /** Reports that rows no longer name these. It is a hint for compaction and may be lost. */
  dropped(refs: readonly BlobRef[]): void
  /**
   * Checks the next segment that may hold unnamed bytes, and compacts it if that frees enough space. Returns undefined
   * if there is no such segment for now. Reads continue meanwhile.
   */
  tidy(): Promise<CompactionResult | undefined>
}

/** From `start` (0) up to but not including `end` (the end). */
export interface BlobPiece {
  readonly blob: BlobRef
  readonly start?: number | undefined
  readonly end?: number | undefined
}

export type Topic = MailboxId | TenantId | Named

/** Ends a subscription, and identifies the subscriber. */
export type Unsubscribe = () => void

/**
 * Reports that something changed, without data: subscribers read the journal. A notice may be lost or doubled. The
 * subscriber `knowing` is skipped.
 */
export interface Notifier {
  notify(topic: Topic, knowing?: Unsubscribe): void
  subscribe(topic: Topic, woken: () => void): Unsubscribe
  /**
   * Registers how to find notices that were lost. The engine calls `look` at the interval of the kind with the topics of
   * that kind that have subscribers. It returns the mark of each topic, a number that every change makes larger; the
   * engine wakes the subscribers of a topic whose mark is not the last one. Topics that it leaves out belong to another
   * source of the same kind.
   */
  marks(kind: MarkKind, look: (topics: readonly Topic[]) => Promise<ReadonlyMap<Topic, number>>): void
}

/** Mailboxes are looked at every 10 seconds, tenants and named things in less than a second. */
export type MarkKind = 'mailbox' | 'tenant' | 'named'

/** Work that one node does at a time. */
export interface Leases {
  /**
   * Runs the job whenever this node holds the lease of that name, so at one node at a time. The job lasts until its
   * signal aborts: the lease was lost, or the store closes. If it rejects, the error is logged and the job starts again
   * later, here or at another node. A lease can pass to another node while the job still runs, so the effects of the job
   * must be harmless when they come late.
   */
  run(name: string, job: (signal: AbortSignal) => Promise<void>): void
}

/** A storage engine. */
export interface Engine {
  readonly sql: Sql
  readonly blobs: Blobs
  readonly notifier: Notifier
  readonly leases: Leases
  /**
   * True if the store was not closed properly. Numbers that must never be reused then jump ahead, because the last ones
   * may not have reached the disk.
   */
  readonly unclean: boolean
  /** True if the store lost acknowledged data. Numbers then jump further. */
  readonly lost: boolean
  /**
   * How often the store was restored, or taken over by a standby: each time it may have lost its last writes. It can
   * become larger while the store is open. Absent for a store that reports each loss when it is opened.
   */
  restores?(): number
  /** Faults of the database, a sentence each. Reads all of it and blocks other work meanwhile. */
  check(): Promise<readonly string[]>
  /** Finishes running work and closes the store. */
  close(): Promise<void>
}

/** Runs statements that only read, outside a transaction. */
export async function read<T>(sql: Sql, body: Statements<T>): Promise<T> {
  let step = body.next()
  while (!step.done) step = body.next(await sql.all(step.value))
  return step.value
}
