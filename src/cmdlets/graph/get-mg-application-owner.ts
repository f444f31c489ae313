import { graphCmdlet, mandatory } from '../cmdlet.ts'
import { text } from '../parameter-type.ts'
import { memberColumns } from './columns.ts'
import { list, listParameters, path } from './request.ts'

export const getMgApplicationOwner = graphCmdlet({
  name: 'Get-MgApplicationOwner',
  synopsis: 'Shows who may change an app without a directory role.',
  parameters: {
    ApplicationId: mandatory(text, 'The id (object id) of the app.', { position: 0 }),
    ...listParameters,
  },
  columns: memberColumns,
  call: (given) => list(path`/applications/${given.ApplicationId}/owners`, given),
})
