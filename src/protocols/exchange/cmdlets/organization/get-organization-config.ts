import { getOrganizationConfig as declaration } from '../../../../cmdlets/exchange/organization/get-organization-config.ts'
import { organizationInitial } from '../../../../cmdlets/exchange/organization/organization-parameters.ts'
import { command } from '../../command.ts'
import { domainOf, metadata } from '../../objects/metadata.ts'

export const getOrganizationConfig = command({
  declaration,
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
        // Scripts run Enable-OrganizationCustomization where it is not so; there is nothing to enable here.
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
