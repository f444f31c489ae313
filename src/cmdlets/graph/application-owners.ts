import { graphCmdlet, mandatory } from '../cmdlet.ts'
import { text } from '../parameter-type.ts'
import { memberColumns } from './columns.ts'
import { list, listParameters, path } from './request.ts'

export const getMgApplicationOwner = graphCmdlet({
  name: 'Get-MgApplicationOwner',
  synopsis: 'Lists the owners of an app.',
  parameters: {
    ApplicationId: mandatory(text, 'The id (object id) of the app.', { position: 0 }),
    ...listParameters,
  },
  columns: memberColumns,
  call: (given) => list(path`/applications/${given.ApplicationId}/owners`, given),
})

export const newMgApplicationOwnerByRef = graphCmdlet({
  name: 'New-MgApplicationOwnerByRef',
  synopsis: 'Makes a user or a service principal an owner of an app.',
  parameters: {
    ApplicationId: mandatory(text, 'The id (object id) of the app.', { position: 0 }),
    OdataId: mandatory(text, 'The new owner: https://graph.microsoft.com/v1.0/directoryObjects/{id}'),
  },
  columns: [],
  call: (given) => ({
    verb: 'POST',
    path: path`/applications/${given.ApplicationId}/owners/$ref`,
    body: { '@odata.id': given.OdataId },
    answers: 'nothing',
  }),
})

export const removeMgApplicationOwnerByRef = graphCmdlet({
  name: 'Remove-MgApplicationOwnerByRef',
  synopsis: 'Removes an owner of an app.',
  parameters: {
    ApplicationId: mandatory(text, 'The id (object id) of the app.', { position: 0 }),
    DirectoryObjectId: mandatory(text, 'The user or service principal that is the owner.'),
  },
  columns: [],
  call: (given) => ({
    verb: 'DELETE',
    path: path`/applications/${given.ApplicationId}/owners/${given.DirectoryObjectId}/$ref`,
    answers: 'nothing',
  }),
})
