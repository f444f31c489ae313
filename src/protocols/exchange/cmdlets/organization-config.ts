import * as declared from '../../../cmdlets/exchange/organization-config.ts'
import {
  organizationInitial,
  organizationParameters,
  transportInitial,
  transportParameters,
} from '../../../cmdlets/exchange/organization-config.ts'
import { command } from '../command.ts'
import { domainOf, metadata } from '../objects/output.ts'
import { settingsChangeFrom } from '../sender-settings.ts'
import { findAuthenticationPolicy } from './authentication-policies.ts'

export const getOrganizationConfig = command({
  declaration: declared.getOrganizationConfig,
  role: 'Organization Configuration',
  async run({ directory, tenant }) {
    const policy = await directory.authenticationPolicies.ofTenant(tenant.id)
    const { configuration } = await directory.organization.of(tenant.id)
    const name = domainOf(tenant)
    return [
      {
        Name: name,
        DisplayName: tenant.displayName,
        DefaultAuthenticationPolicy: policy?.name ?? null,
        // Scripts run Enable-OrganizationCustomization if this is false. Postern has nothing to enable.
        IsDehydrated: false,
        ...organizationInitial,
        ...configuration,
        Identity: name,
        Id: name,
        Guid: tenant.id,
        ...metadata(tenant, { name, created: tenant.created, changed: tenant.created }),
        ObjectClass: ['top', 'organization', 'msExchOrganizationContainer'],
      },
    ]
  },
})

export const setOrganizationConfig = command({
  declaration: declared.setOrganizationConfig,
  role: 'Organization Configuration',
  async run(context, { DefaultAuthenticationPolicy: named, ...given }) {
    const { directory, tenant } = context
    const policy = named ? await findAuthenticationPolicy(context, named) : undefined
    const change = settingsChangeFrom(organizationParameters, given)
    await directory.together(tenant.id, [
      async (one) => change && one.organization.changeConfiguration(tenant.id, change),
      async (one) => named !== undefined && one.authenticationPolicies.assignDefault(tenant.id, policy?.guid),
    ])
    return []
  },
})

const NAME = 'Transport Settings'

export const getTransportConfig = command({
  declaration: declared.getTransportConfig,
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

export const setTransportConfig = command({
  declaration: declared.setTransportConfig,
  role: 'Organization Transport Settings',
  async run({ directory, tenant }, given) {
    const change = settingsChangeFrom(transportParameters, given)
    if (change) await directory.organization.changeTransport(tenant.id, change)
    return []
  },
})
