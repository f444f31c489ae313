import { graphCmdlet, optional } from '../cmdlet.ts'
import { text } from '../parameter-type.ts'
import { organizationColumns } from './columns.ts'
import { list, listParameters, one, path } from './request.ts'

export const getMgOrganization = graphCmdlet({
  name: 'Get-MgOrganization',
  synopsis: 'Shows the organization.',
  parameters: {
    OrganizationId: optional(text, 'Its id, which is that of the tenant.', { position: 0 }),
    ...listParameters,
  },
  columns: organizationColumns,
  names: 'OrganizationId',
  call: (given) =>
    given.OrganizationId === undefined
      ? list('/organization', given)
      : one(path`/organization/${given.OrganizationId}`, given),
})
