import { graphCmdlet, mandatory, optional } from '../cmdlet.ts'
import { text, texts } from '../parameter-type.ts'
import { federatedColumns } from './columns.ts'
import { list, listParameters, one, path, properties } from './request.ts'

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

export const newMgApplicationFederatedIdentityCredential = graphCmdlet({
  name: 'New-MgApplicationFederatedIdentityCredential',
  synopsis: "Trusts an outside issuer's tokens in place of an app's own credentials.",
  parameters: {
    ApplicationId: mandatory(text, 'The id (object id) of the app.', { position: 0 }),
    Name: mandatory(text, 'Its name, which stays as it is.'),
    Issuer: mandatory(text, 'The outside issuer: the iss of its tokens, in the same letter case.'),
    Subject: mandatory(text, 'The sub of its tokens, in the same letter case.'),
    Audiences: mandatory(texts, 'The aud of its tokens, one: api://AzureADTokenExchange.'),
    Description: optional(text, 'What it is for.'),
  },
  columns: federatedColumns,
  call: (given) => ({
    verb: 'POST',
    path: path`/applications/${given.ApplicationId}/federatedIdentityCredentials`,
    body: properties(given, ['ApplicationId']),
    answers: 'one',
  }),
})

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
