import { graphCmdlet, mandatory, optional } from '../cmdlet.ts'
import { text, texts } from '../parameter-type.ts'
import { federatedColumns } from './columns.ts'
import { path, properties } from './request.ts'

export const updateMgApplicationFederatedIdentityCredential = graphCmdlet({
  name: 'Update-MgApplicationFederatedIdentityCredential',
  synopsis: "Changes an app's federated identity credential; what is not named stays.",
  parameters: {
    ApplicationId: mandatory(text, 'The id (object id) of the app.', { position: 0 }),
    FederatedIdentityCredentialId: mandatory(text, 'Its id or its name.'),
    Issuer: optional(text, 'The outside issuer: the iss of its tokens, in the same letter case.'),
    Subject: optional(text, 'The sub of its tokens, in the same letter case.'),
    Audiences: optional(texts, 'The aud of its tokens, one: api://AzureADTokenExchange.'),
    Description: optional(text, 'What it is for.'),
  },
  columns: federatedColumns,
  call: (given) => ({
    verb: 'PATCH',
    path: path`/applications/${given.ApplicationId}/federatedIdentityCredentials/${given.FederatedIdentityCredentialId}`,
    body: properties(given, ['ApplicationId', 'FederatedIdentityCredentialId']),
    answers: 'nothing',
  }),
})
