import { optional } from '../../cmdlet.ts'
import { switched } from '../../parameter-type.ts'

const over = (protocol: string) => optional(switched, `Allows passwords over ${protocol}.`)

/** docs/reference/exchange-admin.md §4: the protocols that an authentication policy tells apart. */
export const basicSwitches = {
  AllowBasicAuthActiveSync: over('Exchange ActiveSync'),
  AllowBasicAuthAutodiscover: over('Autodiscover'),
  AllowBasicAuthImap: over('IMAP4'),
  AllowBasicAuthMapi: over('MAPI over HTTP'),
  AllowBasicAuthOfflineAddressBook: over('offline address book downloads'),
  AllowBasicAuthOutlookService: over('the Outlook service for mail and calendar apps'),
  AllowBasicAuthPop: over('POP3'),
  AllowBasicAuthPowershell: over('remote PowerShell'),
  AllowBasicAuthReportingWebServices: over('reporting web services'),
  AllowBasicAuthRpc: over('Outlook Anywhere (RPC over HTTP)'),
  AllowBasicAuthSmtp: over('authenticated SMTP'),
  AllowBasicAuthWebServices: over('Exchange Web Services'),
} as const
