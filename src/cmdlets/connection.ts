import { connectionCmdlet, optional } from './cmdlet.ts'
import { boolean, secret, switched, text } from './parameter-type.ts'

const ignored = 'Accepted, without effect.'

export const connectExchangeOnline = connectionCmdlet({
  name: 'Connect-ExchangeOnline',
  synopsis:
    'Signs in to a server and stores the connection for further cmdlets, until Disconnect-ExchangeOnline. The only secret that is stored is an access token.',
  parameters: {
    Organization: optional(text, 'The tenant: its domain or GUID (default: the first tenant of the server).'),
    AppId: optional(text, 'The client id of the app to sign in as; needs a certificate.'),
    CertificateFilePath: optional(
      text,
      'A PEM file with the certificate, and with its key unless -KeyFilePath names another file.',
      {
        aliases: ['Certificate'],
      },
    ),
    KeyFilePath: optional(text, "A PEM file with the certificate's key."),
    AccessToken: optional(text, 'A token for Exchange, in place of a certificate. It is stored, and it expires.'),
    ConnectionUri: optional(
      text,
      'The https URL of the server (default: as for other commands, see help environment).',
    ),
    UserPrincipalName: optional(text, 'The user of the access token; accepted, without effect.'),
    ShowBanner: optional(boolean, 'Whether to print the connection on standard error (default: true).'),
    ManagedIdentity: optional(switched, 'Refused: managed identities are not supported.'),
    ManagedIdentityAccountId: optional(text, 'Refused: managed identities are not supported.'),
    CertificateThumbprint: optional(text, 'Refused: there is no certificate store.'),
    CertificatePassword: optional(secret, 'Refused: use a PEM file without a password.'),
    Device: optional(switched, 'Refused: device sign-in is not supported.'),
    Credential: optional(secret, 'Refused: an app signs in with a certificate, a user with an access token.'),
    SkipLoadingFormatData: optional(switched, ignored),
    SkipLoadingCmdletHelp: optional(switched, ignored),
    CommandName: optional(text, ignored),
    PageSize: optional(text, ignored),
    ExchangeEnvironmentName: optional(text, ignored),
  },
  columns: [],
})

export const disconnectExchangeOnline = connectionCmdlet({
  name: 'Disconnect-ExchangeOnline',
  synopsis: 'Deletes the connection that Connect-ExchangeOnline stored.',
  parameters: {},
  columns: [],
  confirms: true,
})

export const getConnectionInformation = connectionCmdlet({
  name: 'Get-ConnectionInformation',
  synopsis: 'Shows the server, the tenant and the app that further cmdlets use, and where that choice comes from.',
  parameters: {},
  columns: ['Name', 'State', 'ConnectionUri', 'Organization', 'AppId', 'TokenExpiryTimeUTC', 'Origin'],
})
