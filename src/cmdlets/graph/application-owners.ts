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

export const newMgApplicationOwnerByRef = graphCmdlet({
  name: 'New-MgApplicationOwnerByRef',
  synopsis: 'Makes a user or a service principal an owner of an app.',
  parameters: {
    ApplicationId: mandatory(text, 'The id (object id) of the app.', { position: 0 }),
    OdataId: mandatory(text, 'Who is to be one: https://graph.microsoft.com/v1.0/directoryObjects/{id}'),
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
  synopsis: 'Takes the ownership of an app away.',
  parameters: {
    ApplicationId: mandatory(text, 'The id (object id) of the app.', { position: 0 }),
    DirectoryObjectId: mandatory(text, 'The user or service principal that has it.'),
  },
  columns: [],
  call: (given) => ({
    verb: 'DELETE',
    path: path`/applications/${given.ApplicationId}/owners/${given.DirectoryObjectId}/$ref`,
    answers: 'nothing',
  }),
})
