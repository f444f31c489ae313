import { graphCmdlet, mandatory, optional } from '../cmdlet.ts'
import { text } from '../parameter-type.ts'
import { federatedColumns } from './columns.ts'
import { list, listParameters, one, path } from './request.ts'

export const getMgApplicationFederatedIdentityCredential = graphCmdlet({
  name: 'Get-MgApplicationFederatedIdentityCredential',
  synopsis: "Shows an app's federated identity credential, or those there are.",
  parameters: {
    ApplicationId: mandatory(text, 'The id (object id) of the app.', { position: 0 }),
    FederatedIdentityCredentialId: optional(text, 'One of them, by its id or its name.'),
    ...listParameters,
  },
  columns: federatedColumns,
  names: 'FederatedIdentityCredentialId',
  call: (given) =>
    given.FederatedIdentityCredentialId === undefined
      ? list(path`/applications/${given.ApplicationId}/federatedIdentityCredentials`, given)
      : one(
          path`/applications/${given.ApplicationId}/federatedIdentityCredentials/${given.FederatedIdentityCredentialId}`,
          given,
        ),
})
