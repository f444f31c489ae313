import { guid, type TenantId } from '../../core/ids.ts'
import { refuse } from '../../core/refusal.ts'
import type { World } from '../../core/world.ts'
import { ask, inARow, type Notifier, type Sql, sql, type Write } from '../../storage/engine.ts'
import { createApps } from './apps/apps.ts'
import type { Activity } from './audit/activities.ts'
import { type AuditEvent, otherTarget, unvalued, valued } from './audit/audit-event.ts'
import { createAudits } from './audit/audits.ts'
import { directoryMarks } from './directory-journal.ts'
import { DirectoryTx } from './directory-tx.ts'
import { createDomains, type TxtRecords } from './domains.ts'
import { createAccessPolicies } from './exchange/app-access/access-policies.ts'
import { createManagementScopes } from './exchange/app-access/management-scopes.ts'
import { createRoleAssignments } from './exchange/app-access/role-assignments.ts'
import { createAuthenticationPolicies } from './exchange/authentication-policies/authentication-policies.ts'
import { createExchangeServicePrincipals } from './exchange/exchange-service-principals.ts'
import { securityGroupsOf } from './exchange/groups/group-row.ts'
import { createGroups } from './exchange/groups/groups.ts'
import { createMailboxes } from './exchange/mailboxes/mailboxes.ts'
import { createRemovedMailboxes } from './exchange/mailboxes/removed-mailboxes.ts'
import { createOrganization } from './exchange/organization.ts'
import {
  createMailboxOwners,
  createPermissions,
  refuseFullMailbox,
  refuseGoneMailbox,
} from './exchange/permissions/permissions.ts'
import {
  knownTrustee,
  namedEntries,
  type NamedTrustee,
  type NamedTrusteeRow,
  self,
  trusteeOf,
} from './exchange/permissions/trustees.ts'
import type { SendAsPermissions } from './exchange/recipients/recipients.ts'
import { createRetirementNotices } from './exchange/retirement/retirement-notices.ts'
import { createRetirementPlans } from './exchange/retirement/retirement-plans.ts'
import { createRoleGroups } from './exchange/role-groups/role-groups.ts'
import { createAssignments } from './granting/assignments.ts'
import { createConsents } from './granting/consents.ts'
import { memberIn, memberOf, type MemberRow, subjectOf } from './granting/principal-row.ts'
import { createServicePrincipals } from './granting/service-principals.ts'
import { fold } from './names.ts'
import type { MailboxRecord } from './objects.ts'
import { Passwords } from './people/passwords.ts'
import { createUsers } from './people/users.ts'
import { refuseUnknownObject } from './refusals.ts'
import { directoryDefaults, type DirectorySettings } from './settings.ts'
import { createTenants } from './tenants.ts'
import type { RoleTemplate } from '../../core/well-known/directory-roles.ts'
import type { AuditChange, AuditTarget, Directory, Parts } from './types.ts'
import { roleTemplates } from '../../core/well-known/directory-roles.ts'

export function createDirectory(deps: {
  sql: Sql
  notifier: Notifier
  world: World
  settings?: DirectorySettings
  /** Reads TXT records of the DNS; absent: no domain needs a proof of ownership. */
  txtRecords?: TxtRecords | undefined
}): Directory {
  const settings = deps.settings ?? directoryDefaults
  deps.notifier.marks('tenant', directoryMarks(deps.sql))
  const directoryTx = new DirectoryTx({ ...deps, auditDays: settings.audit_days })
  return directoryOn(directoryTx, {
    passwords: new Passwords(directoryTx, settings),
    settings,
    txtRecords: deps.txtRecords,
  })
}

function directoryOn(
  directoryTx: DirectoryTx,
  shared: {
    readonly passwords: Passwords
    readonly settings: DirectorySettings
    readonly txtRecords: TxtRecords | undefined
  },
): Directory {
  const { passwords, settings } = shared
  const mailboxes = createMailboxes(directoryTx, passwords)
  const groups = createGroups(directoryTx, mailboxes)
  const permissions = { ...createPermissions(directoryTx, { mailboxes, groups }), ...createMailboxOwners(directoryTx) }
  return {
    by: (actor, correlation, command) => directoryOn(directoryTx.by(actor, correlation, command), shared),
    together: async <T extends readonly unknown[]>(tenant: TenantId, parts: Parts<T>) => {
      const within = parts.map((part) => (one: DirectoryTx, write: Write) => part(directoryOn(one, shared), write))
      return (await directoryTx.together(tenant, within)) as unknown as T
    },
    audits: createAudits(directoryTx),
    tenants: createTenants(directoryTx),
    domains: createDomains(directoryTx, shared),
    users: createUsers(directoryTx, passwords),
    apps: createApps(directoryTx),
    servicePrincipals: createServicePrincipals(directoryTx),
    assignments: createAssignments(directoryTx),
    consents: createConsents(directoryTx),
    directoryRoles: createDirectoryRoles(directoryTx),
    exchange: createExchangeServicePrincipals(directoryTx),
    mailboxes,
    permissions,
    organization: createOrganization(directoryTx),
    removedMailboxes: createRemovedMailboxes(directoryTx, passwords),
    sendAs: createSendAsPermissions(directoryTx),
    groups,
    authenticationPolicies: createAuthenticationPolicies(directoryTx),
    retirementPlans: createRetirementPlans(directoryTx, settings),
    retirementNotices: createRetirementNotices(directoryTx),
    accessPolicies: createAccessPolicies(directoryTx, { permissions, groups }),
    managementScopes: createManagementScopes(directoryTx),
    roleAssignments: createRoleAssignments(directoryTx, groups),
    roleGroups: createRoleGroups(directoryTx),
    journal: directoryTx.journal,
  }
}

type SendAsRow = NamedTrusteeRow & { readonly deny: number }

const createSendAsPermissions = (directoryTx: DirectoryTx): SendAsPermissions => ({
  async on(mailbox) {
    const rows = await directoryTx.all<SendAsRow>(
      namedEntries(sql`directory_send_as`, sql`p.mailbox = ${mailbox} order by p.revision, p.trustee, p.deny`),
    )
    return [{ trustee: self, deny: false }, ...rows.map((row) => ({ trustee: trusteeOf(row), deny: row.deny === 1 }))]
  },

  async allowed(mailbox, accounts) {
    const entries = await directoryTx.all<{ deny: number }>(
      inARow(
        securityGroupsOf(accounts),
        sql` select p.deny from standing s join directory_send_as p on p.trustee = s.id and p.mailbox = ${mailbox}`,
      ),
    )
    return entries.length > 0 && entries.every(({ deny }) => deny === 0)
  },

  async add(mailbox, { trustee, deny }) {
    if (trustee.kind === 'self') return deny ? refuseSelf() : { changed: false }
    const entry = { what: 'right to send as a mailbox added', subject: mailbox.guid }
    return directoryTx.write(mailbox.tenant, entry, function* (revision, tell) {
      yield* refuseGoneMailbox(mailbox)
      const { kind, id, sid } = yield* knownTrustee(mailbox.tenant, trustee)
      yield* refuseFullMailbox(sql`directory_send_as where mailbox = ${mailbox.id}`)
      const added = yield* ask(sql`insert into directory_send_as (mailbox, trustee_kind, trustee, sid, deny, revision)
        values (${mailbox.id}, ${kind}, ${id}, ${sid}, ${Number(deny)}, ${revision})
        on conflict do nothing returning trustee`)
      if (added.length > 0) tell(auditEvent('Add-RecipientPermission', mailbox, trustee, deny))
      return { changed: added.length > 0 }
    })
  },

  async remove(mailbox, { trustee, deny }) {
    if (trustee.kind === 'self') return refuseSelf()
    const entry = { what: 'right to send as a mailbox removed', subject: mailbox.guid }
    return directoryTx.write(mailbox.tenant, entry, function* (_, tell) {
      const gone = yield* ask(sql`delete from directory_send_as
        where mailbox = ${mailbox.id} and trustee = ${trustee.id} and deny = ${Number(deny)} returning trustee`)
      if (gone.length > 0) tell(auditEvent('Remove-RecipientPermission', mailbox, trustee, deny))
      return { changed: gone.length > 0 }
    })
  },
})

const auditEvent = (
  activity: 'Add-RecipientPermission' | 'Remove-RecipientPermission',
  mailbox: MailboxRecord,
  trustee: NamedTrustee,
  deny: boolean,
): AuditEvent => ({
  activity,
  targets: [otherTarget(mailbox.guid, mailbox.displayName), otherTarget(trustee.id, trustee.name)],
  changes: [valued('AccessRights', ['SendAs']), valued('Deny', deny)],
})

const refuseSelf = (): never =>
  refuse('unsupported', "The mailbox's own entry, NT AUTHORITY\\SELF, stays as it is.", { property: 'Trustee' })

function createDirectoryRoles(directoryTx: DirectoryTx): Directory['directoryRoles'] {
  return {
    templates: roleTemplates,

    async of(tenant, member) {
      const rows = await directoryTx.all<{ role_template: string }>(sql`select role_template from directory_role_holder
        where member = ${member} and tenant = ${tenant} order by revision, role_template`)
      return rows.map((row) => row.role_template)
    },

    async members(tenant, roleTemplateId) {
      const rows = await directoryTx.all<MemberRow>(sql`select h.member, u.display_name as user_name,
          p.display_name as principal_name
        from directory_role_holder h
        left join directory_user u on u.id = h.member
        left join directory_service_principal p on p.id = h.member
        where h.tenant = ${tenant} and h.role_template = ${fold(roleTemplateId)} order by h.revision, h.member`)
      return rows.map(memberOf)
    },

    async assign(tenant, member, roleTemplateId) {
      const template = templateNamed(roleTemplateId)
      const id = guid(member.trim())
      const entry = { what: 'directory role granted', subject: await subjectOf(directoryTx, tenant, id) }
      await directoryTx.write(tenant, entry, function* (revision, tell) {
        const member = yield* memberIn(tenant, id)
        const added = yield* ask(sql`insert into directory_role_holder (tenant, member, role_template, revision)
          values (${tenant}, ${id}, ${template.id}, ${revision}) on conflict (member, role_template) do nothing returning member`)
        if (added.length > 0) tell(auditEventOn('Add member to role', member, template, valued))
      })
    },

    async unassign(tenant, member, roleTemplateId) {
      const template = templateNamed(roleTemplateId)
      const id = guid(member.trim())
      const entry = { what: 'directory role taken back', subject: await subjectOf(directoryTx, tenant, id) }
      await directoryTx.write(tenant, entry, function* (_, tell) {
        const gone = yield* ask(sql`delete from directory_role_holder
          where tenant = ${tenant} and member = ${id} and role_template = ${template.id} returning member`)
        if (gone.length === 0) refuseUnknownObject(member)
        tell(auditEventOn('Remove member from role', yield* memberIn(tenant, id), template, unvalued))
      })
    },
  }
}

const templateNamed = (id: string): RoleTemplate =>
  roleTemplates.find((known) => known.id === fold(id)) ?? refuseUnknownObject(id, 'roleTemplateId')

const auditEventOn = (
  activity: Activity,
  member: AuditTarget,
  role: RoleTemplate,
  told: (property: string, value: unknown) => AuditChange,
): AuditEvent => ({
  activity,
  targets: [member, { type: 'Role', id: role.id, displayName: role.displayName }],
  changes: [told('Role.DisplayName', role.displayName), told('Role.TemplateId', role.id)],
})
