import { type Cmdlet, type CmdletCall, exoCmdlet, mandatory, optional } from '../cmdlet.ts'
import { mailboxColumns, permissionColumns, recipientPermissionColumns } from '../exchange/columns.ts'
import { folderScopes } from '../exchange/mailbox-statistics.ts'
import { resultSize, resultSizeMeaning } from '../exchange/parameter-types.ts'
import { broadTypes, detailedTypes, recipientTypes } from '../exchange/recipients.ts'
import { choice, choices, switched, text } from '../parameter-type.ts'
import { chosenProperties, propertyParameters } from './property-sets.ts'

/** The ways to name one object. */
const naming = {
  Identity: optional(text, 'Its name, alias, address, user principal name or a GUID of it.', { position: 0 }),
  ExternalDirectoryObjectId: optional(text, 'In place of -Identity: its id in the directory.'),
  PrimarySmtpAddress: optional(text, 'In place of -Identity: its address.'),
  UserPrincipalName: optional(text, 'In place of -Identity: the user principal name.'),
} as const

/** Parameters that filter lists. */
const listing = {
  Anr: optional(text, 'Only objects whose name, display name, alias or address begins with this text.'),
  Filter: optional(text, "An OPATH filter, such as: Alias -like 'info*'."),
  ResultSize: optional(resultSize, resultSizeMeaning),
} as const

const getExoMailbox = exoCmdlet({
  name: 'Get-EXOMailbox',
  synopsis: 'Lists mailboxes, or one, with the requested properties.',
  parameters: {
    ...naming,
    ...listing,
    RecipientTypeDetails: optional(choices(recipientTypes), 'Only mailboxes of these kinds.'),
    SoftDeletedMailbox: optional(switched, 'Only soft-deleted mailboxes, which are kept for 30 days.'),
    ...propertyParameters('Mailbox'),
  },
  columns: mailboxColumns,
  names: 'Identity',
  call(given) {
    const { Anr, Filter, RecipientTypeDetails, SoftDeletedMailbox } = given
    const select = chosenProperties('Mailbox', given)
    const key = keyOf(given)
    if (key !== undefined) return oneEntity(entityPath('Mailbox', key), { select, query: { SoftDeletedMailbox } })
    const query = { Anr, Filter, RecipientTypeDetails, SoftDeletedMailbox }
    return manyEntities('/Mailbox', given.ResultSize, { select, query })
  },
})

const getExoCasMailbox = exoCmdlet({
  name: 'Get-EXOCasMailbox',
  synopsis: 'Lists the protocol switches of mailboxes, or of one, with the requested properties.',
  parameters: {
    ...naming,
    ...listing,
    RecipientTypeDetails: optional(choices(recipientTypes), 'Only mailboxes of these kinds.'),
    ProtocolSettings: optional(switched, 'The external settings for clients; they are never set.'),
    ...propertyParameters('CasMailbox'),
  },
  columns: ['Name', 'ImapEnabled', 'PopEnabled', 'PrimarySmtpAddress'],
  names: 'Identity',
  call(given) {
    const { Anr, Filter, RecipientTypeDetails, ProtocolSettings } = given
    const select = chosenProperties('CasMailbox', given)
    const key = keyOf(given)
    if (key !== undefined) return oneEntity(entityPath('CasMailbox', key), { select, query: { ProtocolSettings } })
    const query = { Anr, Filter, RecipientTypeDetails, ProtocolSettings }
    return manyEntities('/CasMailbox', given.ResultSize, { select, query })
  },
})

const getExoMailboxFolderStatistics = exoCmdlet({
  name: 'Get-EXOMailboxFolderStatistics',
  synopsis: 'Shows the size of each folder of a mailbox.',
  parameters: {
    Identity: mandatory(text, 'The mailbox.', { position: 0 }),
    FolderScope: optional(choice(folderScopes), 'Only this folder, or only folders that the user created.'),
    ResultSize: optional(resultSize, resultSizeMeaning),
  },
  columns: ['Name', 'FolderPath', 'ItemsInFolder', 'FolderSize'],
  call: ({ Identity, FolderScope, ResultSize }) =>
    manyEntities(`${entityPath('Mailbox', Identity)}/Exchange.GetMailboxFolderStatistics()`, ResultSize, {
      query: { FolderScope },
    }),
})

const getExoMailboxPermission = exoCmdlet({
  name: 'Get-EXOMailboxPermission',
  synopsis: 'Lists the rights on a mailbox.',
  parameters: {
    Identity: mandatory(text, 'The mailbox.', { position: 0 }),
    User: optional(text, 'Only the rights of this account.'),
    Owner: optional(switched, 'Shows the owner of the mailbox.'),
    SoftDeletedMailbox: optional(switched, 'Selects a soft-deleted mailbox.'),
    ResultSize: optional(resultSize, resultSizeMeaning),
  },
  columns: permissionColumns,
  call: ({ Identity, User, Owner, SoftDeletedMailbox, ResultSize }) => ({
    ...manyEntities(`${entityPath('Mailbox', Identity)}/MailboxPermission`, ResultSize, {
      query: { User, Owner, SoftDeletedMailbox },
    }),
    unfolds: 'PermissionList',
  }),
})

const getExoMailboxStatistics = exoCmdlet({
  name: 'Get-EXOMailboxStatistics',
  synopsis: 'Shows the size of a mailbox, with the requested properties.',
  parameters: {
    Identity: mandatory(text, 'The mailbox.', { position: 0 }),
    ...propertyParameters('MailboxStatistics'),
  },
  columns: ['DisplayName', 'ItemCount', 'TotalItemSize'],
  names: 'Identity',
  call: (given) =>
    oneEntity(`${entityPath('Mailbox', given.Identity)}/Exchange.GetMailboxStatistics()`, {
      select: chosenProperties('MailboxStatistics', given),
    }),
})

const getExoRecipientPermission = exoCmdlet({
  name: 'Get-EXORecipientPermission',
  synopsis: 'Lists who may send as a mailbox, or as any mailbox.',
  parameters: {
    Identity: optional(text, 'The mailbox (default: every mailbox).', { position: 0 }),
    Trustee: optional(text, 'Only the permissions of this account.'),
    ResultSize: optional(resultSize, resultSizeMeaning),
  },
  columns: recipientPermissionColumns,
  call: ({ Identity, Trustee, ResultSize }) =>
    manyEntities(
      Identity === undefined ? '/RecipientPermission' : `${entityPath('Recipient', Identity)}/RecipientPermission`,
      ResultSize,
      { query: { Trustee } },
    ),
})

const getExoRecipient = exoCmdlet({
  name: 'Get-EXORecipient',
  synopsis: 'Lists recipients, or one, with the requested properties.',
  parameters: {
    ...naming,
    ...listing,
    RecipientType: optional(choices(broadTypes), 'Only recipients of these types.'),
    RecipientTypeDetails: optional(choices(detailedTypes), 'Only recipients of these kinds.'),
    IncludeSoftDeletedRecipients: optional(switched, 'Also soft-deleted mailboxes.'),
    ...propertyParameters('Recipient'),
  },
  columns: ['Name', 'RecipientType', 'RecipientTypeDetails', 'ExternalDirectoryObjectId'],
  names: 'Identity',
  call(given) {
    const { Anr, Filter, RecipientType, RecipientTypeDetails, IncludeSoftDeletedRecipients } = given
    const select = chosenProperties('Recipient', given)
    const key = keyOf(given)
    if (key !== undefined) return oneEntity(entityPath('Recipient', key), { select })
    const query = { Anr, Filter, RecipientType, RecipientTypeDetails, IncludeSoftDeletedRecipients }
    return manyEntities('/Recipient', given.ResultSize, { select, query })
  },
})

type Named = Readonly<Partial<Record<keyof typeof naming, string>>>

const keyOf = (given: Named): string | undefined =>
  given.Identity ?? given.ExternalDirectoryObjectId ?? given.PrimarySmtpAddress ?? given.UserPrincipalName

/** OData 4.01 part 2, §4.3.1: a quote in a key is doubled. */
const entityPath = (set: string, key: string): string => `/${set}('${encodeURIComponent(key.replaceAll("'", "''"))}')`

interface EntityRequest {
  readonly query?: Readonly<Record<string, string | readonly string[] | boolean | undefined>>
  readonly select?: readonly string[] | undefined
}

/** Reads one object of an entity set, or an object that is related to it. */
const oneEntity = (path: string, { select, query = {} }: EntityRequest = {}): CmdletCall => ({
  verb: 'GET',
  path,
  query: queryOf(query, select),
  answers: 'one',
})

const DEFAULT_SIZE = 1000

const manyEntities = (
  path: string,
  most: number | undefined,
  { select, query = {} }: EntityRequest = {},
): CmdletCall => ({
  verb: 'GET',
  path,
  query: queryOf({ ...query, ResultSize: 'Unlimited' }, select),
  answers: 'many',
  most: most ?? DEFAULT_SIZE,
})

function queryOf(query: NonNullable<EntityRequest['query']>, select: EntityRequest['select']): Record<string, string> {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== false)
  return {
    ...Object.fromEntries(given.map(([name, value]) => [name, String(value)])),
    ...(select && { $select: select.join(',') }),
  }
}

/** The cmdlets that read entity sets. */
export const exoCmdlets: readonly Cmdlet[] = [
  getExoCasMailbox,
  getExoMailboxFolderStatistics,
  getExoMailboxPermission,
  getExoMailboxStatistics,
  getExoMailbox,
  getExoRecipientPermission,
  getExoRecipient,
]
