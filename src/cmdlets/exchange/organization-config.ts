import { exchangeCmdlet, optional } from '../cmdlet.ts'
import { boolean, choice, nullable, switched, text, texts } from '../parameter-type.ts'
import { ewsPolicies } from './cas-mailboxes.ts'

/** docs/reference/exchange-admin.md §3.4 */
export const transportParameters = {
  SmtpClientAuthenticationDisabled: optional(
    boolean,
    'Disables SMTP submission, also with a token, unless Set-CASMailbox overrides it for a mailbox.',
  ),
  AllowLegacyTLSClients: optional(
    nullable(boolean),
    'Whether clients with old versions of TLS may send; stored and shown, without effect.',
  ),
} as const

/**
 * docs/reference/exchange-admin.md §11.3: settings that `Set-OrganizationConfig` stores for features that Postern does
 * not have.
 */
export const organizationParameters = {
  EwsEnabled: optional(nullable(boolean), 'Whether Exchange Web Services are on; stored and shown, without effect.'),
  EwsAllowedAppIDs: optional(
    nullable(text),
    'The apps that may use Exchange Web Services, as a,b; stored and shown, without effect.',
  ),
  EwsApplicationAccessPolicy: optional(
    nullable(choice(ewsPolicies)),
    'Which list applies to Exchange Web Services; stored and shown, without effect.',
  ),
  EwsAllowList: optional(
    nullable(texts),
    'User agents that may use Exchange Web Services; stored and shown, without effect.',
  ),
  EwsBlockList: optional(
    nullable(texts),
    'User agents that may not use Exchange Web Services; stored and shown, without effect.',
  ),
  OAuth2ClientProfileEnabled: optional(
    boolean,
    'Whether clients can sign in with tokens; stored and shown, without effect: they always can.',
  ),
  RejectDirectSend: optional(
    boolean,
    'Whether unauthenticated mail in the name of the organization is rejected; stored and shown, without effect.',
  ),
} as const

export const getOrganizationConfig = exchangeCmdlet({
  name: 'Get-OrganizationConfig',
  synopsis: 'Shows the settings of the organization.',
  parameters: {
    RetrieveEwsOperationAccessPolicy: optional(
      switched,
      'Accepted, without effect: the settings of Exchange Web Services are always shown.',
    ),
  },
  columns: ['Name', 'DisplayName', 'DefaultAuthenticationPolicy'],
})

export const setOrganizationConfig = exchangeCmdlet({
  name: 'Set-OrganizationConfig',
  synopsis: 'Changes the settings of the organization.',
  parameters: {
    DefaultAuthenticationPolicy: optional(
      nullable(text),
      'The authentication policy of users without one of their own; $null for none.',
    ),
    ...organizationParameters,
  },
  columns: [],
})

export const getTransportConfig = exchangeCmdlet({
  name: 'Get-TransportConfig',
  synopsis: 'Shows the transport settings of the organization.',
  parameters: {},
  columns: ['Name', 'SmtpClientAuthenticationDisabled', 'AllowLegacyTLSClients'],
})

export const setTransportConfig = exchangeCmdlet({
  name: 'Set-TransportConfig',
  synopsis: 'Changes the transport settings of the organization.',
  parameters: transportParameters,
  columns: [],
})

/** The initial values. */
export const organizationInitial: Readonly<
  Record<keyof typeof organizationParameters, boolean | string | readonly string[] | null>
> = {
  EwsEnabled: null,
  EwsAllowedAppIDs: null,
  EwsApplicationAccessPolicy: null,
  EwsAllowList: null,
  EwsBlockList: null,
  OAuth2ClientProfileEnabled: true,
  RejectDirectSend: false,
}

/** The initial values; the first is that of an organization from before 2020. */
export const transportInitial: Readonly<Record<keyof typeof transportParameters, boolean | null>> = {
  SmtpClientAuthenticationDisabled: false,
  AllowLegacyTLSClients: null,
}
