import { guid } from '../../../core/ids.ts'
import { ask, sql } from '../../../storage/engine.ts'
import type { Activity } from '../audit/activities.ts'
import { type AuditEvent, unvalued, valued } from '../audit/audit-event.ts'
import type { DirectoryTx } from '../directory-tx.ts'
import { type MemberRow, memberIn, memberOf, subjectOf } from './members.ts'
import { fold } from '../names.ts'
import { refuseUnknownObject } from '../refusals.ts'
import type { AuditChange, AuditTarget, Directory, RoleTemplate } from '../types.ts'
import { roleTemplates } from '../well-known/directory-roles.ts'

export function createDirectoryRoles(ledger: DirectoryTx): Directory['directoryRoles'] {
  return {
    templates: roleTemplates,

    async of(tenant, member) {
      const rows = await ledger.all<{ role_template: string }>(sql`select role_template from directory_role_holder
        where member = ${member} and tenant = ${tenant} order by revision, role_template`)
      return rows.map((row) => row.role_template)
    },

    async members(tenant, roleTemplateId) {
      const rows = await ledger.all<MemberRow>(sql`select h.member, u.display_name as user_name,
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
      const entry = { what: 'directory role granted', subject: await subjectOf(ledger, tenant, id) }
      await ledger.write(tenant, entry, function* (revision, tell) {
        const member = yield* memberIn(tenant, id)
        const added = yield* ask(sql`insert into directory_role_holder (tenant, member, role_template, revision)
          values (${tenant}, ${id}, ${template.id}, ${revision}) on conflict (member, role_template) do nothing returning member`)
        if (added.length > 0) tell(deedOn('Add member to role', member, template, valued))
      })
    },

    async unassign(tenant, member, roleTemplateId) {
      const template = templateNamed(roleTemplateId)
      const id = guid(member.trim())
      const entry = { what: 'directory role taken back', subject: await subjectOf(ledger, tenant, id) }
      await ledger.write(tenant, entry, function* (_, tell) {
        const gone = yield* ask(sql`delete from directory_role_holder
          where tenant = ${tenant} and member = ${id} and role_template = ${template.id} returning member`)
        if (gone.length === 0) refuseUnknownObject(member)
        tell(deedOn('Remove member from role', yield* memberIn(tenant, id), template, unvalued))
      })
    },
  }
}

const templateNamed = (id: string): RoleTemplate =>
  roleTemplates.find((known) => known.id === fold(id)) ?? refuseUnknownObject(id, 'roleTemplateId')

const deedOn = (
  activity: Activity,
  member: AuditTarget,
  role: RoleTemplate,
  told: (property: string, value: unknown) => AuditChange,
): AuditEvent => ({
  activity,
  targets: [member, { type: 'Role', id: role.id, displayName: role.displayName }],
  changes: [told('Role.DisplayName', role.displayName), told('Role.TemplateId', role.id)],
})
