import { setServicePrincipal as declaration } from '../../../../cmdlets/exchange/service-principals/set-service-principal.ts'
import { command } from '../../command.ts'
import { findServicePrincipal } from '../../find.ts'

/** contract/exchange-admin §1: whoever wants another AppId or ObjectId removes it and makes it again. */
export const setServicePrincipal = command({
  declaration,
  role: 'Role Management',
  async run(context, { Identity, DisplayName: displayName, OverrideEnforceExoAppRbacPermissions: override }) {
    const { guid } = await findServicePrincipal(context, Identity)
    await context.directory.exchange.update(context.tenant.id, guid, {
      ...(displayName === undefined ? {} : { displayName }),
      ...(override === undefined ? {} : { overrideEnforceExoAppRbacPermissions: override }),
    })
    return []
  },
})
