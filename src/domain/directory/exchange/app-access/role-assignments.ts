import type { AppId, Guid, TenantId } from '../../../../core/ids.ts'
import { refuse } from '../../../../core/refusal.ts'
import { ask, askOne, inARow, sql, type Statement, type Statements } from '../../../../storage/engine.ts'
import { changesBetween, otherTarget } from '../../audit/audit-event.ts'
import type { DirectoryTx } from '../../directory-tx.ts'
import { checkText, limits } from '../../limits.ts'
import { fold } from '../../names.ts'
import { refuseFull, refuseTaken } from '../../refusals.ts'
import type { Directory } from '../../types.ts'
import type { ApplicationRole, ResourceScope, RoleAssignment, RoleAssignments } from './app-access.ts'
import { fits, storedFilter } from './recipient-filter.ts'

interface AssignmentRow {
  readonly guid: Guid
  readonly tenant: TenantId
  readonly name: string
  readonly role: string
  readonly principal: Guid
  readonly object_id: Guid
  readonly app_id: AppId
  readonly scope: Guid | null
  readonly scope_name: string | null
  readonly recipient_filter: string | null
  readonly exclusive: number | null
  readonly scope_created: number | null
  readonly scope_changed: number | null
  readonly scope_group: Guid | null
  readonly group_name: string | null
  readonly enabled: number
  readonly created: number
  readonly changed: number
}

/** Selects assignments with their assignee and scope. */
const selectAssignments = sql`select a.*, p.object_id, p.app_id, s.name as scope_name, s.recipient_filter, s.exclusive,
    s.created as scope_created, s.changed as scope_changed, g.name as group_name
  from directory_role_assignment a
  join directory_exchange_principal p on p.guid = a.principal
  left join directory_management_scope s on s.guid = a.scope
  left join directory_group g on g.guid = a.scope_group`

export function createRoleAssignments(directoryTx: DirectoryTx, groups: Directory['groups']): RoleAssignments {
  const chosen = async (of: Statement) =>
    (await directoryTx.all<AssignmentRow>(inARow(selectAssignments, of))).map(assignmentOf)
  const appOf = async (tenant: TenantId, guid: Guid) => {
    const row = await directoryTx.first<AssignmentRow>(
      inARow(selectAssignments, sql` where a.tenant = ${tenant} and a.guid = ${guid}`),
    )
    return row?.app_id ?? refuseUnknown()
  }

  return {
    roles: applicationRoles,

    async find(tenant, named) {
      const key = fold(named)
      return (await chosen(sql` where a.tenant = ${tenant} and (a.guid = ${key} or a.name_key = ${key})`))[0]
    },

    all: (tenant) => chosen(sql` where a.tenant = ${tenant} order by a.revision, a.guid`),

    of: (tenant, principal) =>
      chosen(sql` where a.tenant = ${tenant} and a.principal = ${principal} order by a.revision, a.guid`),

    async covers({ tenant, scope, group }, mailbox) {
      if (mailbox.tenant !== tenant) return false
      if (!scope && !group) return true
      // Direct memberships only: members of nested groups are not in scope.
      const memberOf = await groups.of(tenant, mailbox.externalDirectoryObjectId)
      if (group) return memberOf.some(({ guid }) => guid === group.guid)
      const names = memberOf.map(({ distinguishedName }) => distinguishedName)
      return fits(storedFilter(scope!.recipientFilter), mailbox, names)
    },

    async create(tenant, { name: given, role, principal, ...over }) {
      const pointer = await directoryTx.first<{ app_id: AppId; object_id: Guid }>(
        sql`select app_id, object_id from directory_exchange_principal where tenant = ${tenant} and guid = ${principal}`,
      )
      const subject = pointer?.app_id ?? refuseUnknownPrincipal()
      const guid = directoryTx.world.guid()
      const created = directoryTx.world.now()
      return directoryTx.write(tenant, { what: 'role of an app added', subject }, function* (revision, tell) {
        yield* refuseFull(
          sql`directory_role_assignment where tenant = ${tenant} and principal = ${principal}`,
          limits.rolesPerApp,
          `A service principal holds at most ${limits.rolesPerApp} role assignments.`,
        )
        yield* refuseUnknownScope(tenant, over)
        const name =
          given === undefined
            ? yield* freeName(tenant, `${role.name}-${pointer!.object_id}`)
            : checkText(given, 'Name', limits.assignmentName)
        yield* refuseTakenName(tenant, name)
        yield* ask(sql`insert into directory_role_assignment (guid, tenant, name, name_key, role, principal, scope,
            scope_group, enabled, created, changed, revision)
          values (${guid}, ${tenant}, ${name}, ${fold(name)}, ${role.name}, ${principal}, ${over.scope ?? null},
            ${over.group ?? null}, 1, ${created}, ${created}, ${revision})`)
        const made = yield* assignmentWith(tenant, guid)
        const changes = changesBetween({}, shown(made))
        tell({ activity: 'New-ManagementRoleAssignment', targets: [target(made)], changes })
        return made
      })
    },

    async update(tenant, guid, change) {
      const subject = await appOf(tenant, guid)
      const changed = directoryTx.world.now()
      return directoryTx.write(tenant, { what: 'role of an app changed', subject }, function* (_, tell) {
        const before = yield* assignmentWith(tenant, guid)
        const over = change.scope || change.group ? change : { scope: before.scope?.guid, group: before.group?.guid }
        yield* refuseUnknownScope(tenant, change)
        yield* ask(sql`update directory_role_assignment set scope = ${over.scope ?? null}, scope_group = ${over.group ?? null},
          enabled = ${Number(change.enabled ?? before.enabled)}, changed = ${changed} where guid = ${guid}`)
        const after = yield* assignmentWith(tenant, guid)
        const changes = changesBetween(shown(before), shown(after))
        tell({ activity: 'Set-ManagementRoleAssignment', targets: [target(after)], changes })
        return after
      })
    },

    async remove(tenant, guid) {
      const subject = await appOf(tenant, guid)
      await directoryTx.write(tenant, { what: 'role of an app taken back', subject }, function* (_, tell) {
        const gone = yield* assignmentWith(tenant, guid)
        yield* ask(sql`delete from directory_role_assignment where guid = ${guid}`)
        const changes = changesBetween(shown(gone), {})
        tell({ activity: 'Remove-ManagementRoleAssignment', targets: [target(gone)], changes })
      })
    },
  }
}

function assignmentOf(row: AssignmentRow): RoleAssignment {
  const role = applicationRole(row.role)
  if (!role) throw new Error(`There is no role '${row.role}'`)
  return {
    guid: row.guid,
    tenant: row.tenant,
    name: row.name,
    role,
    principal: row.principal,
    assignee: row.object_id,
    scope:
      row.scope === null
        ? undefined
        : {
            guid: row.scope,
            tenant: row.tenant,
            name: row.scope_name!,
            recipientFilter: row.recipient_filter!,
            exclusive: row.exclusive === 1,
            created: row.scope_created!,
            changed: row.scope_changed!,
          },
    group: row.scope_group === null ? undefined : { guid: row.scope_group, name: row.group_name ?? row.scope_group },
    enabled: row.enabled === 1,
    created: row.created,
    changed: row.changed,
  }
}

const target = ({ guid, name }: RoleAssignment) => otherTarget(guid, name)

const shown = ({ name, role, assignee, scope, group, enabled }: RoleAssignment) => ({
  name,
  role: role.name,
  app: assignee,
  customResourceScope: scope?.name,
  recipientGroupScope: group?.name,
  enabled,
})

const refuseUnknown = (): never =>
  refuse('no-such-thing', "The management role assignment couldn't be found.", { property: 'Identity' })

const refuseUnknownPrincipal = (): never =>
  refuse('no-such-thing', "The service principal couldn't be found.", { property: 'App' })

function* assignmentWith(tenant: TenantId, guid: Guid): Statements<RoleAssignment> {
  const row = yield* askOne<AssignmentRow>(
    inARow(selectAssignments, sql` where a.tenant = ${tenant} and a.guid = ${guid}`),
  )
  return row ? assignmentOf(row) : refuseUnknown()
}

const nameTaken = (tenant: TenantId, name: string): Statement =>
  sql`select guid from directory_role_assignment where tenant = ${tenant} and name_key = ${fold(name)}`

function* refuseTakenName(tenant: TenantId, name: string): Statements<void> {
  if (yield* askOne(nameTaken(tenant, name))) refuseTaken('Name')
}

/** The wanted name, with a number appended if it is already taken. */
function* freeName(tenant: TenantId, wanted: string): Statements<string> {
  for (let count = 1; ; count++) {
    const name = count === 1 ? wanted : `${wanted}-${count}`
    if (!(yield* askOne(nameTaken(tenant, name)))) return name
  }
}

function* refuseUnknownScope(tenant: TenantId, { scope, group }: ResourceScope): Statements<void> {
  const known = scope
    ? yield* askOne(sql`select guid from directory_management_scope where tenant = ${tenant} and guid = ${scope}`)
    : true
  if (!known) refuse('no-such-thing', "The management scope couldn't be found.", { property: 'CustomResourceScope' })
  if (group) yield* refuseUnknownGroup(tenant, group)
}

function* refuseUnknownGroup(tenant: TenantId, group: Guid): Statements<void> {
  const known = yield* askOne(sql`select guid from directory_group where tenant = ${tenant} and guid = ${group}`)
  if (!known) refuse('no-such-thing', "The group couldn't be found.", { property: 'RecipientGroupScope' })
}

const one = (permission: string, named = permission): ApplicationRole => ({
  name: `Application ${named}`,
  permissions: [permission],
})

/** docs/reference/exchange-admin.md §7. IMAP4 and POP3 have no application role. */
const applicationRoles: readonly ApplicationRole[] = [
  one('Mail.Read'),
  one('Mail.ReadBasic'),
  one('Mail.ReadWrite'),
  one('Mail.Send'),
  one('Mail-Advanced.ReadWrite.All'),
  one('MailboxSettings.Read'),
  one('MailboxSettings.ReadWrite'),
  one('Calendars.Read'),
  one('Calendars.ReadWrite'),
  one('Contacts.Read'),
  one('Contacts.ReadWrite'),
  one('MailboxFolder.Read.All', 'MailboxFolder.Read'),
  one('MailboxFolder.ReadWrite.All', 'MailboxFolder.ReadWrite'),
  one('MailboxItem.Read.All', 'MailboxItem.Read'),
  one('MailboxItem.ReadWrite.All', 'MailboxItem.ReadWrite'),
  one('MailboxItem.Export.All', 'MailboxItem.Export'),
  one('MailboxItem.ImportExport.All', 'MailboxItem.ImportExport'),
  one('MailboxConfigItem.Read'),
  one('MailboxConfigItem.ReadWrite'),
  one('MailTips.ReadBasic.All'),
  { name: 'Application Mail Full Access', permissions: ['Mail.ReadWrite', 'Mail.Send'] },
  {
    name: 'Application Exchange Full Access',
    permissions: [
      'Mail.ReadWrite',
      'Mail.Send',
      'MailboxSettings.ReadWrite',
      'Calendars.ReadWrite',
      'Contacts.ReadWrite',
    ],
  },
  one('EWS.AccessAsApp'),
  one('SMTP.SendAsApp'),
]

export const applicationRole = (name: string): ApplicationRole | undefined =>
  applicationRoles.find((role) => role.name === name)
