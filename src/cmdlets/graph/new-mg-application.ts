import { graphCmdlet, mandatory } from '../cmdlet.ts'
import { text } from '../parameter-type.ts'
import { applicationProperties } from './application-properties.ts'
import { applicationColumns } from './columns.ts'
import { properties } from './request.ts'

export const newMgApplication = graphCmdlet({
  name: 'New-MgApplication',
  synopsis: 'Registers an app.',
  parameters: { DisplayName: mandatory(text, 'The name that people see.'), ...applicationProperties },
  columns: applicationColumns,
  call: (given) => ({ verb: 'POST', path: '/applications', body: properties(given), answers: 'one' }),
})
