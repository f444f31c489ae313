import type { basicSwitches } from '../../../../cmdlets/exchange/authentication-policies/basic-switches.ts'
import type { BasicProtocol } from '../../../../domain/directory/types.ts'

/** The parameter of each protocol. */
export const switchOf = {
  ActiveSync: 'AllowBasicAuthActiveSync',
  Autodiscover: 'AllowBasicAuthAutodiscover',
  Imap: 'AllowBasicAuthImap',
  Mapi: 'AllowBasicAuthMapi',
  OfflineAddressBook: 'AllowBasicAuthOfflineAddressBook',
  OutlookService: 'AllowBasicAuthOutlookService',
  Pop: 'AllowBasicAuthPop',
  Powershell: 'AllowBasicAuthPowershell',
  ReportingWebServices: 'AllowBasicAuthReportingWebServices',
  Rpc: 'AllowBasicAuthRpc',
  Smtp: 'AllowBasicAuthSmtp',
  WebServices: 'AllowBasicAuthWebServices',
} as const satisfies Readonly<Record<BasicProtocol, keyof typeof basicSwitches>>

export const protocolsWithSwitch = Object.keys(switchOf) as readonly BasicProtocol[]

type Switches = { readonly [Name in keyof typeof basicSwitches]?: boolean }

/** The switches that were given. */
export const givenSwitches = (given: Switches): Partial<Record<BasicProtocol, boolean>> =>
  Object.fromEntries(
    protocolsWithSwitch.flatMap((protocol) => {
      const value = given[switchOf[protocol]]
      return value === undefined ? [] : [[protocol, value]]
    }),
  )
