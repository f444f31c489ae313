import { graphCmdlet, mandatory, optional } from '../cmdlet.ts'
import { text, texts } from '../parameter-type.ts'
import { federatedColumns } from './columns.ts'
import { path, properties } from './request.ts'

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
