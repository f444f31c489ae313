import { testServicePrincipalAuthorization as declaration } from '../../../../cmdlets/exchange/app-access/test-service-principal-authorization.ts'
import { command } from '../../command.ts'
import { findMailbox, findServicePrincipal } from '../../find.ts'

/** contract/exchange-admin §7: what the roles allow; whatever was consented to in Entra comes on top and is not told. */
export const testServicePrincipalAuthorization = command({
  declaration,
  role: 'Role Management',
  async run(context, { Identity, Resource }) {
    const { directory, tenant } = context
    const { guid } = await findServicePrincipal(context, Identity)
    const mailbox = Resource === undefined ? undefined : await findMailbox(context, Resource)
    const assignments = await directory.roleAssignments.of(tenant.id, guid)
    return Promise.all(
      assignments
        .filter(({ enabled }) => enabled)
        .map(async (assignment) => ({
          RoleName: assignment.role.name,
          GrantedPermissions: assignment.role.permissions.join(', '),
          AllowedResourceScope: (assignment.scope ?? assignment.group)?.name ?? 'Organization',
          ScopeType: assignment.scope || assignment.group ? 'CustomRecipientScope' : 'Organization',
          InScope: mailbox ? asText(await directory.roleAssignments.covers(assignment, mailbox)) : 'Not Run',
        })),
    )
  },
})

const asText = (inScope: boolean): string => (inScope ? 'True' : 'False')
