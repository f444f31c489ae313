import { exchangeCmdlet, mandatory, optional } from '../cmdlet.ts'
import { boolean, choice, nullable, type ParameterType, switched, text, texts } from '../parameter-type.ts'
import { choosing } from './choosing.ts'

/** docs/reference/exchange-admin.md §3.3. The index is the number of the format. */
const mimeFormats = [
  'TextOnly',
  'HtmlOnly',
  'HtmlAndTextAlternative',
  'TextEnrichedOnly',
  'TextEnrichedAndTextAlternative',
  'BestBodyFormat',
  'Tnef',
] as const

const mimeFormat: ParameterType<(typeof mimeFormats)[number]> = {
  ...choice(mimeFormats),
  expected: `a number from 0 to 6, or one of ${mimeFormats.join(', ')}`,
  fromText: (given) => mimeFormats[/^[0-6]$/.test(given) ? Number(given) : -1] ?? choice(mimeFormats).fromText(given),
  fromJson: (value) =>
    typeof value === 'string' || typeof value === 'number' ? mimeFormat.fromText(String(value)) : undefined,
}

const client = (name: string) =>
  optional(boolean, `Whether ${name} may open the mailbox; stored and shown, without effect.`)
const reading = (meaning: string) => optional(boolean, `${meaning}; stored and shown, without effect.`)
const ews = (meaning: string) =>
  optional(nullable(boolean), `Exchange Web Services: ${meaning}; stored and shown, without effect.`)
const ewsList = (meaning: string) =>
  optional(nullable(texts), `Exchange Web Services: ${meaning}; stored and shown, without effect.`)

export const ewsPolicies = ['EnforceAllowList', 'EnforceBlockList'] as const

/** Settings that `Set-CASMailbox` stores for protocols that Postern does not serve. */
export const casParameters = {
  ActiveSyncEnabled: client('Exchange ActiveSync'),
  MAPIEnabled: client('Outlook over MAPI'),
  OWAEnabled: client('Outlook on the web'),
  ECPEnabled: client('the Exchange admin center'),
  OutlookMobileEnabled: client('Outlook for iOS and Android'),
  UniversalOutlookEnabled: client('the mail app of Windows'),
  MacOutlookEnabled: client('Outlook for Mac'),
  OneWinNativeOutlookEnabled: client('the new Outlook for Windows'),
  EwsEnabled: ews('whether it opens the mailbox'),
  EwsAllowOutlook: ews('whether Outlook may use it'),
  EwsAllowMacOutlook: ews('whether Outlook for Mac may use it'),
  EwsAllowEntourage: ews('whether Entourage may use it'),
  EwsApplicationAccessPolicy: optional(
    nullable(choice(ewsPolicies)),
    'Exchange Web Services: which list applies; stored and shown, without effect.',
  ),
  EwsAllowList: ewsList('the user agents that may use it'),
  EwsBlockList: ewsList('the user agents that may not use it'),
  ImapUseProtocolDefaults: reading('Whether IMAP4 uses the default message format'),
  ImapMessagesRetrievalMimeFormat: optional(
    mimeFormat,
    'The body format of IMAP4; stored, without effect: bodies are never converted.',
  ),
  ImapForceICalForCalendarRetrievalOption: reading('Whether IMAP4 returns meeting requests as iCalendar'),
  ImapSuppressReadReceipt: reading('Whether IMAP4 suppresses read receipts'),
  PopUseProtocolDefaults: reading('Whether POP3 uses the default message format'),
  PopMessagesRetrievalMimeFormat: optional(
    mimeFormat,
    'The body format of POP3; stored, without effect: bodies are never converted.',
  ),
  PopForceICalForCalendarRetrievalOption: reading('Whether POP3 returns meeting requests as iCalendar'),
  PopSuppressReadReceipt: reading('Whether POP3 suppresses read receipts'),
  PublicFolderClientAccess: reading('Whether the user may open public folders'),
  ShowGalAsDefaultView: reading('Whether the global address list is the default view'),
} as const

export const getCasMailbox = exchangeCmdlet({
  name: 'Get-CASMailbox',
  synopsis: 'Lists the protocol switches of mailboxes, or of one.',
  parameters: {
    Identity: optional(text, 'The mailbox.', { position: 0 }),
    ...choosing,
    ProtocolSettings: optional(
      switched,
      'Also returns the external settings of POP3, IMAP4 and SMTP (with --json); they are never set.',
    ),
  },
  columns: ['Name', 'PrimarySmtpAddress', 'ImapEnabled', 'PopEnabled', 'SmtpClientAuthenticationDisabled'],
  names: 'Identity',
})

const exactSize = optional(boolean, 'Accepted, without effect: sizes are exact.')

export const setCasMailbox = exchangeCmdlet({
  name: 'Set-CASMailbox',
  synopsis: 'Switches protocols on or off for a mailbox.',
  parameters: {
    Identity: mandatory(text, 'The mailbox.', { position: 0 }),
    ImapEnabled: optional(boolean, 'Whether IMAP4 can open the mailbox.'),
    PopEnabled: optional(boolean, 'Whether POP3 can open the mailbox.'),
    SmtpClientAuthenticationDisabled: optional(
      nullable(boolean),
      'Disables SMTP submission for the mailbox, also with a token; $null follows Set-TransportConfig.',
    ),
    ...casParameters,
    ImapEnableExactRFC822Size: exactSize,
    PopEnableExactRFC822Size: exactSize,
  },
  columns: [],
})

/** The values of a new mailbox. */
export const casInitial: Readonly<Record<keyof typeof casParameters, boolean | string | readonly string[] | null>> = {
  ActiveSyncEnabled: true,
  MAPIEnabled: true,
  OWAEnabled: true,
  ECPEnabled: true,
  OutlookMobileEnabled: true,
  UniversalOutlookEnabled: true,
  MacOutlookEnabled: true,
  OneWinNativeOutlookEnabled: true,
  EwsEnabled: true,
  EwsAllowOutlook: null,
  EwsAllowMacOutlook: null,
  EwsAllowEntourage: null,
  EwsApplicationAccessPolicy: null,
  EwsAllowList: null,
  EwsBlockList: null,
  ImapUseProtocolDefaults: true,
  ImapMessagesRetrievalMimeFormat: 'BestBodyFormat',
  ImapForceICalForCalendarRetrievalOption: false,
  ImapSuppressReadReceipt: false,
  PopUseProtocolDefaults: true,
  PopMessagesRetrievalMimeFormat: 'BestBodyFormat',
  PopForceICalForCalendarRetrievalOption: false,
  PopSuppressReadReceipt: false,
  PublicFolderClientAccess: false,
  ShowGalAsDefaultView: true,
}
