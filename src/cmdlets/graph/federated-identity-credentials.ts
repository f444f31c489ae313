import { graphCmdlet, mandatory, optional } from '../cmdlet.ts'
import { text, texts } from '../parameter-type.ts'
import { federatedColumns } from './columns.ts'
import { list, listParameters, one, path, properties } from './request.ts'

export const getMgApplicationFederatedIdentityCredential = graphCmdlet({
  name: 'Get-MgApplicationFederatedIdentityCredential',
  synopsis: "Lists an app's federated identity credentials, or one.",
  parameters: {
    ApplicationId: mandatory(text, 'The id (object id) of the app.', { position: 0 }),
    FederatedIdentityCredentialId: optional(text, 'One credential, by its id or its name.'),
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
  synopsis: "Accepts tokens of another issuer in place of an app's own credentials.",
  parameters: {
    ApplicationId: mandatory(text, 'The id (object id) of the app.', { position: 0 }),
    Name: mandatory(text, 'Its name, which cannot be changed.'),
    Issuer: mandatory(text, 'The other issuer: the exact iss of its tokens.'),
    Subject: mandatory(text, 'The exact sub of its tokens.'),
    Audiences: mandatory(texts, 'The aud of its tokens, exactly one, such as api://AzureADTokenExchange.'),
    Description: optional(text, 'Its purpose.'),
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
  synopsis: 'Removes a federated identity credential from an app.',
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
  synopsis: "Changes an app's federated identity credential; omitted properties stay unchanged.",
  parameters: {
    ApplicationId: mandatory(text, 'The id (object id) of the app.', { position: 0 }),
    FederatedIdentityCredentialId: mandatory(text, 'Its id or its name.'),
    Issuer: optional(text, 'The other issuer: the exact iss of its tokens.'),
    Subject: optional(text, 'The exact sub of its tokens.'),
    Audiences: optional(texts, 'The aud of its tokens, exactly one, such as api://AzureADTokenExchange.'),
    Description: optional(text, 'Its purpose.'),
  },
  columns: federatedColumns,
  call: (given) => ({
    verb: 'PATCH',
    path: path`/applications/${given.ApplicationId}/federatedIdentityCredentials/${given.FederatedIdentityCredentialId}`,
    body: properties(given, ['ApplicationId', 'FederatedIdentityCredentialId']),
    answers: 'nothing',
  }),
})
