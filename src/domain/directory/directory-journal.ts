import { type Guid, isGuid, type TenantId } from '../../core/ids.ts'
import { ask, inARow, listOf, type Sql, sql, type Statements, type Topic } from '../../storage/engine.ts'

/** The changes of a tenant's directory. Every write takes the tenant's next revision and adds one line. */
export interface DirectoryJournal {
  /** The revision of the latest durable write. */
  mark(tenant: TenantId): Promise<number>
  /**
   * Answers the subjects of all writes after `mark` (appIds, mailbox Guids, user ids, tenant ids), and the mark from
   * which to continue. `subjects` is undefined when the journal no longer goes back that far: then anything may have
   * changed.
   */
  since(
    tenant: TenantId,
    mark: number,
  ): Promise<{ readonly mark: number; readonly subjects: ReadonlySet<Guid> | undefined }>
}

/** The subject of a write: `subject` is an appId, a mailbox's Guid, a user's id or the tenant's id. */
export interface JournalEntry {
  readonly what: string
  readonly subject: Guid
  /** The user who changes together with the subject. */
  readonly user?: Guid
}

/** Lines kept for each tenant. A reader whose mark is older reads everything again. */
const MAX_LINES = 10_000

/** Inside a write: adds its line, and deletes the lines that are too old. */
export function* leaveLine(
  tenant: TenantId,
  revision: number,
  at: number,
  { what, subject, user }: JournalEntry,
): Statements<void> {
  yield* ask(sql`insert into directory_journal (tenant, revision, at, what, subject)
    values (${tenant}, ${revision}, ${at}, ${what},
      ${user === undefined ? subject : `${subject} ${user}`})`)
  yield* ask(sql`delete from directory_journal where tenant = ${tenant} and revision <= ${revision - MAX_LINES}`)
}

/** Finds the tenants whose notices were lost, in one statement. */
export const directoryMarks =
  (tables: Pick<Sql, 'all'>) =>
  async (topics: readonly Topic[]): Promise<ReadonlyMap<Topic, number>> => {
    const tenants = topics.filter((topic): topic is TenantId => typeof topic === 'string' && isGuid(topic))
    if (tenants.length === 0) return new Map()
    const rows = await tables.all<{ id: TenantId; revision: number }>(
      inARow(sql`select id, revision from directory_tenant where id in (`, listOf(tenants), sql`)`),
    )
    return new Map(rows.map(({ id, revision }) => [id, revision]))
  }

/** Reads the journal. */
export const directoryJournal = (tables: Sql): DirectoryJournal => ({
  async mark(tenant) {
    const found = await tables.first<{ revision: number }>(
      sql`select revision from directory_tenant where id = ${tenant}`,
    )
    return found?.revision ?? 0
  },
  async since(tenant, mark) {
    const lines = await tables.all<{ revision: number; subject: string }>(
      sql`select revision, subject from directory_journal where tenant = ${tenant} and revision > ${mark} order by revision`,
    )
    const last = lines.at(-1)?.revision ?? mark
    const complete = lines.length === last - mark
    return {
      mark: last,
      subjects: complete ? new Set(lines.flatMap((line) => line.subject.split(' ') as Guid[])) : undefined,
    }
  },
})
