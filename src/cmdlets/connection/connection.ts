import { connectionCmdlet, optional } from '../cmdlet.ts'
import { boolean, secret, switched, text } from '../parameter-type.ts'

const ignored = 'Accepted, without effect.'

export const connectExchangeOnline = connectionCmdlet({
  name: 'Connect-ExchangeOnline',
  synopsis:
    'Signs in to a server and remembers it for the cmdlets that follow, until Disconnect-ExchangeOnline; no secret is kept but an access token.',
  parameters: {
    Organization: optional(text, "The tenant: its domain or GUID. Where absent, the server's first one."),
    AppId: optional(text, 'The client id of the app to sign in as; goes with a certificate.'),
    CertificateFilePath: optional(
      text,
      'A PEM file with the certificate, and its key if -KeyFilePath names no other.',
      {
        aliases: ['Certificate'],
      },
    ),
    KeyFilePath: optional(text, "A PEM file with the certificate's key."),
    AccessToken: optional(text, 'A token for Exchange to be used instead; it is kept, and ends.'),
    ConnectionUri: optional(text, 'The https URL of the server; where absent, it is found as every command finds it.'),
    UserPrincipalName: optional(text, 'Whose the access token is; accepted, without effect.'),
    ShowBanner: optional(boolean, 'Whether to tell on standard error what was connected to; true when absent.'),
    ManagedIdentity: optional(switched, 'Refused: there is no managed identity here.'),
    ManagedIdentityAccountId: optional(text, 'Refused: there is no managed identity here.'),
    CertificateThumbprint: optional(text, 'Refused: there is no store of certificates here.'),
    CertificatePassword: optional(secret, 'Refused: a PEM file without a password is taken.'),
    Device: optional(switched, 'Refused: nobody is asked to sign in at a page.'),
    Credential: optional(secret, 'Refused: an app signs in with a certificate, a person with an access token.'),
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
  synopsis: 'Forgets what Connect-ExchangeOnline remembered.',
  parameters: {},
  columns: [],
  confirms: true,
})

export const getConnectionInformation = connectionCmdlet({
  name: 'Get-ConnectionInformation',
  synopsis: 'Shows which server, which tenant and which app the cmdlets that follow will use, and who said so.',
  parameters: {},
  columns: ['Name', 'State', 'ConnectionUri', 'Organization', 'AppId', 'TokenExpiryTimeUTC', 'Origin'],
})
