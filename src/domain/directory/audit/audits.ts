import type { Guid, TenantId } from '../../../core/ids.ts'
import type { World } from '../../../core/world.ts'
import { ask, inARow, type Sql, sql, type Statements } from '../../../storage/engine.ts'
import type {
  Actor,
  AuditCategory,
  AuditChange,
  AuditCommand,
  AuditTarget,
  DirectoryAudit,
  DirectoryAudits,
} from './types.ts'
import { activities } from './activities.ts'
import type { Deed } from './deed.ts'

/** Old ones that go with each new one, at most: a write never waits long behind them. */
const STEP = 100
/** Characters of what a refusal says. */
const LONGEST_REASON = 1000

/** Who does it, as part of what. */
export interface Author {
  readonly actor: Actor
  readonly correlation: Guid | undefined
  readonly command?: AuditCommand | undefined
}

interface AuditRow {
  readonly id: Guid
  readonly tenant: TenantId
  readonly at: number
  readonly activity: string
  readonly category: AuditCategory
  readonly operation: string
  readonly actor: string
  readonly correlation: Guid
  readonly targets: string
  readonly changes: string
  readonly command: string | null
}

/** Inside a write: what was done goes on record with it, and what is older than `keep` milliseconds goes. */
export function* leaveAudit(
  world: World,
  tenant: TenantId,
  { actor, correlation, command }: Author,
  deeds: readonly Deed[],
  keep: number,
): Statements<void> {
  const together = correlation ?? world.guid()
  for (const { activity, targets, changes = [] } of deeds) {
    const [category, operation] = activities[activity]
    yield* insertAudit(world, tenant, {
      activity,
      category,
      operation,
      actor,
      correlation: together,
      targets,
      changes,
      command,
    })
  }
  yield* forgetOld(tenant, world.now() - keep)
}

function* insertAudit(
  world: World,
  tenant: TenantId,
  audit: Omit<DirectoryAudit, 'at' | 'id' | 'tenant'>,
): Statements<void> {
  const { activity, category, operation, actor, correlation, targets, changes, command } = audit
  yield* ask(sql`insert into directory_audit (id, tenant, at, activity, category, operation, actor, actor_id,
      correlation, targets, target, changes, command)
    values (${world.guid()}, ${tenant}, ${world.now()}, ${activity}, ${category}, ${operation},
      ${JSON.stringify(actor)}, ${idOf(actor)}, ${correlation}, ${JSON.stringify(targets)},
      ${targets[0]?.id ?? ''}, ${JSON.stringify(changes)}, ${command ? JSON.stringify(command) : null})`)
}

function* forgetOld(tenant: TenantId, before: number): Statements<void> {
  yield* ask(sql`delete from directory_audit where place in
    (select place from directory_audit where tenant = ${tenant} and at < ${before} limit ${STEP})`)
}

/** Inside a write that does nothing else: a cmdlet was refused. */
export function* leaveRefusal(
  world: World,
  tenant: TenantId,
  { actor, correlation, command }: Author & { readonly command: AuditCommand },
  why: string,
  keep: number,
): Statements<void> {
  const identity = command.parameters.find(({ name }) => name === 'Identity' || name === 'Name')
  const target: AuditTarget = { type: 'Other', id: '', displayName: identity?.value ?? '' }
  const refused: AuditCommand = { ...command, refused: why.slice(0, LONGEST_REASON) }
  yield* insertAudit(world, tenant, {
    activity: command.name,
    category: 'Exchange',
    operation: 'Other',
    actor,
    correlation: correlation ?? world.guid(),
    targets: [target],
    changes: [],
    command: refused,
  })
  yield* forgetOld(tenant, world.now() - keep)
}

function idOf(actor: Actor): string {
  if (actor.kind === 'server') return ''
  return actor.kind === 'app' ? actor.servicePrincipal : actor.id
}

export const createAudits = (
  engine: Pick<Sql, 'all' | 'first'> & Pick<DirectoryAudits, 'tellRefused'>,
): DirectoryAudits => ({
  tellRefused: (tenant, why) => engine.tellRefused(tenant, why),

  async find(tenant, id) {
    const row = await engine.first<AuditRow>(
      sql`select * from directory_audit where tenant = ${tenant} and id = ${id.trim().toLowerCase()}`,
    )
    return row && auditOf(row)
  },

  async page(tenant, asked) {
    const { before, from, until, activity, category, correlation, actor, target } = asked
    const rows = await engine.all<AuditRow>(
      inARow(
        sql`select * from directory_audit where tenant = ${tenant}`,
        ...(from === undefined ? [] : [sql` and at >= ${from}`]),
        ...(until === undefined ? [] : [sql` and at < ${until}`]),
        ...(before
          ? [
              sql` and at <= ${before.at} and (at < ${before.at}
              or place < (select place from directory_audit where id = ${before.id}))`,
            ]
          : []),
        ...(activity === undefined ? [] : [sql` and activity = ${activity}`]),
        ...(category === undefined ? [] : [sql` and category = ${category}`]),
        ...(correlation === undefined ? [] : [sql` and correlation = ${correlation.toLowerCase()}`]),
        ...(actor === undefined ? [] : [sql` and actor_id = ${actor.toLowerCase()}`]),
        ...(target === undefined ? [] : [sql` and target = ${target.toLowerCase()}`]),
        sql` order by at desc, place desc limit ${asked.limit}`,
      ),
    )
    return rows.map(auditOf)
  },
})

const auditOf = (row: AuditRow): DirectoryAudit => ({
  id: row.id,
  tenant: row.tenant,
  at: row.at,
  activity: row.activity,
  category: row.category,
  operation: row.operation,
  actor: JSON.parse(row.actor) as Actor,
  correlation: row.correlation,
  targets: JSON.parse(row.targets) as readonly AuditTarget[],
  changes: JSON.parse(row.changes) as readonly AuditChange[],
  command: row.command === null ? undefined : (JSON.parse(row.command) as AuditCommand),
})
