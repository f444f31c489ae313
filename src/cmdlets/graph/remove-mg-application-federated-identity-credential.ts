import { graphCmdlet, mandatory } from '../cmdlet.ts'
import { text } from '../parameter-type.ts'
import { path } from './request.ts'

export const removeMgApplicationFederatedIdentityCredential = graphCmdlet({
  name: 'Remove-MgApplicationFederatedIdentityCredential',
  synopsis: 'Takes a federated identity credential away from an app.',
  parameters: {
    ApplicationId: mandatory(text, 'The id (object id) of the app.', { position: 0 }),
    FederatedIdentityCredentialId: mandatory(text, 'Its id or its name.'),
  },
  columns: [],
  call: (given) => ({
    verb: 'DELETE',
    path: path`/applications/${given.ApplicationId}/federatedIdentityCredentials/${given.FederatedIdentityCredentialId}`,
    answers: 'nothing',
  }),
})
