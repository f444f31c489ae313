import { graphCmdlet, optional } from '../cmdlet.ts'
import { text } from '../parameter-type.ts'
import { applicationColumns } from './columns.ts'
import { list, listParameters, one, path } from './request.ts'

export const getMgApplication = graphCmdlet({
  name: 'Get-MgApplication',
  synopsis: 'Shows an app registration, or those there are.',
  parameters: {
    ApplicationId: optional(text, 'The id (object id) of the app.', { position: 0 }),
    ...listParameters,
  },
  columns: applicationColumns,
  names: 'ApplicationId',
  call: (given) =>
    given.ApplicationId === undefined
      ? list('/applications', given)
      : one(path`/applications/${given.ApplicationId}`, given),
})
