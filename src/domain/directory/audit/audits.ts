import { MINUTE } from '../../../core/time.ts'
import type { Guid, TenantId } from '../../../core/ids.ts'
import type { World } from '../../../core/world.ts'
import { ask, askOne, inARow, type Sql, sql, type Statements } from '../../../storage/engine.ts'
import type {
  Actor,
  AuditCategory,
  AuditChange,
  AuditCommand,
  AuditTarget,
  DirectoryAudit,
  DirectoryAudits,
} from './types.ts'
import { activities, type Activity } from './activities.ts'
import type { AuditEvent } from './audit-event.ts'

/** The most old records that are removed with each new one, so that no write waits long for them. */
const STEP = 100
/** Characters of a refusal reason. */
const LONGEST_REASON = 1000

/** The author of a write: the actor, and the request or cmdlet that the write is part of. */
export interface AuditAuthor {
  readonly actor: Actor
  readonly correlation: Guid | undefined
  /** The cmdlet that makes the change, and whether it is recorded already. */
  readonly command?: { readonly given: AuditCommand; recorded: boolean } | undefined
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
  readonly refused: string | null
}

/**
 * Inside a write: records its audit events, and removes records that are older than `keep` milliseconds. A cmdlet has
 * one record, even if it changed nothing.
 */
export function* leaveAudit(
  world: World,
  tenant: TenantId,
  { actor, correlation, command }: AuditAuthor,
  auditEvents: readonly AuditEvent[],
  keep: number,
): Statements<void> {
  const records = command ? [recordOf(command.given, auditEvents)] : auditEvents.map(recordOfEvent)
  if (records.length === 0) return
  const together = correlation ?? world.guid()
  for (const record of records) {
    yield* insertAudit(world, tenant, { ...record, actor, correlation: together })
  }
  yield* forgetOld(tenant, world.now() - keep)
}

/** Milliseconds within which an equal refusal is not recorded again, so that repetition does not fill the audit log. */
const REFUSALS_APART = MINUTE

/** Inside a write of its own: records an attempt that was refused, with the reason. */
export function* leaveRefusals(
  world: World,
  tenant: TenantId,
  { actor, correlation }: AuditAuthor,
  { attempted, reason }: { readonly attempted: readonly AuditEvent[]; readonly reason: string },
): Statements<void> {
  const together = correlation ?? world.guid()
  for (const auditEvent of attempted) {
    const record = { ...recordOfEvent({ ...auditEvent, changes: [] }), refused: reason.slice(0, LONGEST_REASON) }
    const recent = yield* askOne(sql`select id from directory_audit
      where tenant = ${tenant} and at > ${world.now() - REFUSALS_APART} and actor_id = ${idOf(actor)}
      and activity = ${record.activity} and target = ${record.targets[0]?.id ?? ''} and refused is not null`)
    if (!recent) yield* insertAudit(world, tenant, { ...record, actor, correlation: together })
  }
}

type AuditRecord = Omit<DirectoryAudit, 'actor' | 'at' | 'correlation' | 'id' | 'tenant'>

function recordOfEvent({ activity, targets, changes = [] }: AuditEvent): AuditRecord {
  const [category, operation] = activities[activity]
  return { activity, category, operation, targets, changes, command: undefined, refused: undefined }
}

/** The record of a cmdlet with its targets. If it changed nothing, its parameters name the target. */
function recordOf(command: AuditCommand, auditEvents: readonly AuditEvent[]): AuditRecord {
  const { name, parameters, refused } = command
  const identity = parameters.find((given) => given.name === 'Identity' || given.name === 'Name')
  const named: AuditTarget = { type: 'Other', id: '', displayName: identity?.value ?? '' }
  const targets = new Map(auditEvents.flatMap((auditEvent) => auditEvent.targets).map((target) => [target.id, target]))
  const [, operation] = isActivity(name) ? activities[name] : ['', 'Other']
  return {
    activity: name,
    category: 'Exchange',
    operation,
    targets: targets.size > 0 ? [...targets.values()] : [named],
    changes: auditEvents.flatMap(({ changes = [] }) => changes),
    command: refused === undefined ? command : { ...command, refused: refused.slice(0, LONGEST_REASON) },
    refused: undefined,
  }
}

const isActivity = (name: string): name is Activity => Object.hasOwn(activities, name)

function* insertAudit(
  world: World,
  tenant: TenantId,
  audit: AuditRecord & Pick<DirectoryAudit, 'actor' | 'correlation'>,
): Statements<void> {
  const { activity, category, operation, actor, correlation, targets, changes, command, refused } = audit
  yield* ask(sql`insert into directory_audit (id, tenant, at, activity, category, operation, actor, actor_id,
      correlation, targets, target, changes, command, refused)
    values (${world.guid()}, ${tenant}, ${world.now()}, ${activity}, ${category}, ${operation},
      ${JSON.stringify(actor)}, ${idOf(actor)}, ${correlation}, ${JSON.stringify(targets)},
      ${targets[0]?.id ?? ''}, ${JSON.stringify(changes)}, ${command ? JSON.stringify(command) : null},
      ${refused ?? null})`)
}

function* forgetOld(tenant: TenantId, before: number): Statements<void> {
  yield* ask(sql`delete from directory_audit where place in
    (select place from directory_audit where tenant = ${tenant} and at < ${before} limit ${STEP})`)
}

function idOf(actor: Actor): string {
  if (actor.kind === 'server') return ''
  return actor.kind === 'app' ? actor.servicePrincipal : actor.id
}

export const createAudits = (
  engine: Pick<Sql, 'all' | 'first'> & Pick<DirectoryAudits, 'tellDone' | 'tellRefused'>,
): DirectoryAudits => ({
  tellDone: (tenant) => engine.tellDone(tenant),
  tellRefused: (tenant, refusal) => engine.tellRefused(tenant, refusal),

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
  refused: row.refused ?? undefined,
})
