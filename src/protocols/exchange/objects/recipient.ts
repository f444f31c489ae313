import { writtenQuantity } from '../../../cmdlets/exchange/parameter-types.ts'
import { mailboxInitial } from '../../../cmdlets/exchange/mailboxes.ts'
import type { Guid } from '../../../core/ids.ts'
import { pick } from '../../../core/pick.ts'
import type {
  DeliverySettings,
  DistributionGroup,
  GroupMember,
  StoredSettings,
  MailboxRecord,
  Tenant,
} from '../../../domain/directory/types.ts'
import { groupType } from './distribution-group.ts'
import { metadata, type Output } from './output.ts'

/** The GUID that a recipient without a mailbox shows. */
const NO_MAILBOX = '00000000-0000-0000-0000-000000000000'

/** The organization's properties of a recipient; groups have none of them. */
const custom = pick(mailboxInitial, (name) => /^CustomAttribute\d+$/.test(name))

/** The properties that mailboxes and groups share: all recipients have the same. */
const common = (tenant: Tenant, it: MailboxRecord | DistributionGroup): Output => ({
  Name: it.name,
  DisplayName: it.displayName,
  Alias: it.alias,
  PrimarySmtpAddress: it.primarySmtpAddress,
  EmailAddresses: it.emailAddresses,
  ExternalDirectoryObjectId: it.externalDirectoryObjectId,
  Guid: it.guid,
  ExchangeObjectId: it.guid,
  Identity: it.name,
  Id: it.name,
  ...custom,
  ...metadata(tenant, it),
})

export function recipientOutput(tenant: Tenant, recipient: GroupMember): Output {
  if (recipient.kind === 'group') {
    const { group } = recipient
    return {
      ...common(tenant, group),
      RecipientType: groupType(group),
      RecipientTypeDetails: groupType(group),
      HiddenFromAddressListsEnabled: group.hiddenFromAddressLists,
      WindowsLiveID: '',
      ExchangeGuid: NO_MAILBOX,
      WhenMailboxCreated: null,
      ObjectClass: ['top', 'group'],
    }
  }
  const { mailbox } = recipient
  const shown = pick(mailbox.settings, (name) => Object.hasOwn(custom, name))
  return {
    ...common(tenant, mailbox),
    ...shown,
    RecipientType: 'UserMailbox',
    RecipientTypeDetails: mailbox.type,
    HiddenFromAddressListsEnabled: mailbox.settings.HiddenFromAddressListsEnabled === true,
    WindowsLiveID: mailbox.userPrincipalName,
    ExchangeGuid: mailbox.exchangeGuid,
    WhenMailboxCreated: new Date(mailbox.created),
  }
}

/** Lists of mailboxes, with those of groups beside them. */
export const directions = ['AcceptMessagesOnlyFrom', 'RejectMessagesFrom'] as const

/** The recipients that are named in what is said about mail. */
export const namedIn = ({ accepts, rejects }: DeliverySettings): readonly Guid[] => [...accepts, ...rejects]

export const deliveryOutput = (
  settings: StoredSettings,
  delivery: DeliverySettings,
  nameOf: (recipient: Guid) => string,
): Output => ({
  RequireSenderAuthenticationEnabled: delivery.fromInside,
  MaxReceiveSize: writtenQuantity(delivery.maxReceive),
  ...Object.fromEntries(
    directions.flatMap((direction) => {
      const [mailboxes, groups] = [direction, `${direction}DLMembers`].map((name) => idsIn(settings[name]).map(nameOf))
      return [
        [direction, mailboxes!],
        [`${direction}DLMembers`, groups!],
        [`${direction}SendersOrMembers`, [...mailboxes!, ...groups!]],
      ]
    }),
  ),
})

const idsIn = (value: StoredSettings[string] | undefined): readonly Guid[] =>
  Array.isArray(value) ? (value as readonly Guid[]) : []
