import { getTransportConfig as declaration } from '../../../../cmdlets/exchange/organization/get-transport-config.ts'
import { transportInitial } from '../../../../cmdlets/exchange/organization/transport-parameters.ts'
import { command } from '../../command.ts'
import { metadata } from '../../objects/metadata.ts'

const NAME = 'Transport Settings'

export const getTransportConfig = command({
  declaration,
  role: 'Organization Transport Settings',
  async run({ directory, tenant }) {
    const { transport } = await directory.organization.of(tenant.id)
    return [
      {
        Name: NAME,
        ...transportInitial,
        ...transport,
        Identity: NAME,
        Id: NAME,
        Guid: tenant.id,
        ...metadata(tenant, { name: NAME, created: tenant.created, changed: tenant.created }),
        ObjectClass: ['top', 'container', 'msExchTransportSettings'],
      },
    ]
  },
})
