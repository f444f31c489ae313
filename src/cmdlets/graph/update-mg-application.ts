import { graphCmdlet, mandatory, optional } from '../cmdlet.ts'
import { text } from '../parameter-type.ts'
import { applicationProperties } from './application-properties.ts'
import { applicationColumns } from './columns.ts'
import { path, properties } from './request.ts'

export const updateMgApplication = graphCmdlet({
  name: 'Update-MgApplication',
  synopsis: 'Changes an app registration; what is not named stays.',
  parameters: {
    ApplicationId: mandatory(text, 'The id (object id) of the app.', { position: 0 }),
    DisplayName: optional(text, 'The name that people see.'),
    ...applicationProperties,
  },
  columns: applicationColumns,
  call: (given) => ({
    verb: 'PATCH',
    path: path`/applications/${given.ApplicationId}`,
    body: properties(given, ['ApplicationId']),
    answers: 'nothing',
  }),
})
