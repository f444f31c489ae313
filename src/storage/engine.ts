import type { Brand, MailboxId, TenantId } from '../core/ids.ts'

/** What goes into and comes out of a column. Whole numbers up to 2^53. */
export type SqlValue = string | number | null | Uint8Array
export type Row = Readonly<Record<string, SqlValue>>

/** One SQL statement: text with gaps, and what fills them. Text that both engines run. */
export interface Statement {
  readonly parts: readonly string[]
  readonly args: readonly SqlValue[]
}

/** `sql\`select uid from message where folder = ${folder}\``: gaps are bound, never pasted. */
export const sql = (parts: TemplateStringsArray, ...args: SqlValue[]): Statement => ({ parts, args })

/** One statement of several, each going on where the one before it ends. */
export const inARow = (...statements: readonly Statement[]): Statement => {
  const parts = ['']
  for (const [first = '', ...others] of statements.map((statement) => statement.parts)) {
    parts.push(`${parts.pop()}${first}`, ...others)
  }
  return { parts, args: statements.flatMap(({ args }) => args) }
}

/** The body of a transaction: yields statements, is handed their rows, returns its result. Nothing but SQL inside. */
export type Statements<T> = Generator<Statement, T, readonly Row[]>

/** Inside a transaction: `const rows = yield* ask<{ uid: Uid }>(sql\`…\`)`. */
export function* ask<R = Row>(statement: Statement): Statements<readonly R[]> {
  return (yield statement) as readonly R[]
}

/** Inside a transaction: the first row, if there is one. */
export function* askOne<R = Row>(statement: Statement): Statements<R | undefined> {
  return (yield* ask<R>(statement))[0]
}

/** The words in which the engines differ; used by the tables' definitions and nowhere else without need. */
export interface SqlDialect {
  readonly name: 'sqlite' | 'postgres'
  /** Column type for octets. */
  readonly bytes: string
  /** Column type for whole numbers up to 2^53. */
  readonly integer: string
  /** A whole-number primary key that the engine hands out, ascending, never reused. */
  readonly identity: string
}

/** A numbered step of the schema. Numbers are unique over all domain folders and applied in ascending order. */
export interface Migration {
  readonly number: number
  readonly name: string
  readonly up: (dialect: SqlDialect) => readonly string[]
}

/**
 * Rows. Reads see what is durable and nothing else; writes run one after another and are answered when durable.
 * A write that throws leaves nothing behind and fails its own caller only.
 */
export interface Sql {
  all<R = Row>(statement: Statement): Promise<readonly R[]>
  first<R = Row>(statement: Statement): Promise<R | undefined>
  write<T>(work: () => Statements<T>): Promise<T>
}

/** Runs a transaction, alone or as part of a larger one. */
export type Write = Sql['write']

/** Names bytes that were appended; opaque outside storage. */
export type BlobRef = Brand<string, 'BlobRef'>

/**
 * Which bytes rows name: some of those whose references, as texts, come after `after` and before `until`, in ascending
 * order; none when there are no more.
 */
export type Naming = (after: string, until: string) => Promise<readonly BlobRef[]>

/** What one look at a place where bytes lie has brought. */
export interface Tidied {
  /** Octets of the disk that are free again. */
  readonly freed: number
}

/** Immutable bytes. */
export interface Blobs {
  /**
   * Resolves when the bytes are durable; they must not change until then. They are litter until a row names them, and
   * may be cleared away as such after an hour.
   */
  append(bytes: Uint8Array): Promise<BlobRef>
  /** Octets `start` (0) up to but not including `end` (the end). Refuses `damaged`. */
  read(ref: BlobRef, start?: number, end?: number): Promise<Buffer>
  /**
   * The same for many at once, in the order given; for neighbours at the price of one. Into `memory`, as far as they fit:
   * whoever gives it leaves it alone for as long as he uses what he got.
   */
  readAll(pieces: readonly BlobPiece[], memory?: Buffer): Promise<readonly Buffer[]>
  /** Looks at all of the bytes, a part at a time. Refuses `damaged` where they are not as they were written. */
  check(ref: BlobRef): Promise<void>
  /** Every part of the program that names bytes in rows says so on starting. Bytes that none of them names are cleared away. */
  keep(naming: Naming): void
  /**
   * No row names these, and none ever will: the write that would have named them was refused. Frees their room at once
   * where nothing was appended after them; the rest is treated as {@link dropped}.
   */
  discard(refs: readonly BlobRef[]): Promise<void>
  /** Rows do not name these any more: a hint where room may be found, which may be lost. */
  dropped(refs: readonly BlobRef[]): void
  /**
   * Looks at one more place where bytes lie that may be named by nobody, and frees the room if that is worth its while.
   * Undefined when there is no such place for now. Nobody who reads is in its way, or it in his.
   */
  tidy(): Promise<Tidied | undefined>
}

/** Octets `start` (0) up to but not including `end` (the end). */
export interface BlobPiece {
  readonly blob: BlobRef
  readonly start?: number | undefined
  readonly end?: number | undefined
}

export type Topic = MailboxId | TenantId

/** Ends a subscription, and stands for the one who has it. */
export type Unsubscribe = () => void

/**
 * Says that something changed, and carries nothing: who hears it reads the journal. May be lost or doubled.
 * A subscriber that knows already is left out.
 */
export interface Notifier {
  notify(topic: Topic, knowing?: Unsubscribe): void
  subscribe(topic: Topic, woken: () => void): Unsubscribe
}

/** What a storage engine is. */
export interface Engine {
  readonly sql: Sql
  readonly blobs: Blobs
  readonly notifier: Notifier
  /**
   * Whether what was there had not been closed properly. Numbers that must never be used twice then jump ahead,
   * since the last ones given may not have reached the disk.
   */
  readonly unclean: boolean
  /** Whether what was there had lost some of what was acknowledged. Numbers then jump further. */
  readonly lost: boolean
  /** What is wrong with how rows are kept, a sentence each. Looks at all of them, and does nothing else meanwhile. */
  check(): Promise<readonly string[]>
  /** Finishes what is under way and lets go. */
  close(): Promise<void>
}

/** Runs statements that only read outside a transaction, each for itself. */
export async function read<T>(sql: Sql, body: Statements<T>): Promise<T> {
  let step = body.next()
  while (!step.done) step = body.next(await sql.all(step.value))
  return step.value
}
