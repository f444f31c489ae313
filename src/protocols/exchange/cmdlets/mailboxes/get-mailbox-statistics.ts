import { writtenQuantity } from '../../../../cmdlets/exchange/byte-quantity.ts'
import { getMailboxStatistics as declaration } from '../../../../cmdlets/exchange/mailboxes/get-mailbox-statistics.ts'
import type { MailboxRecord } from '../../../../domain/directory/types.ts'
import { command } from '../../command.ts'
import { findMailbox } from '../../find.ts'
import { foldersOf } from './folders-of.ts'

export const getMailboxStatistics = command({
  declaration,
  role: 'Mail Recipients',
  async run(context, given) {
    const mailbox = await findMailbox(context, given.Identity)
    const folders = await foldersOf(context, mailbox.id)
    const quota = (await context.mail.quotaLimits([mailbox.id])).get(mailbox.id)?.octets
    const { entered, acted } = await context.signIns.lastActivity(context.tenant.id, addressesOf(mailbox))
    const kept = await context.mail.recoverable.kept(mailbox.id)
    const octets = folders.reduce((sum, folder) => sum + folder.octets, 0)
    return [
      {
        DisplayName: mailbox.displayName,
        MailboxGuid: mailbox.exchangeGuid,
        OwnerADGuid: mailbox.guid,
        ItemCount: folders.reduce((sum, folder) => sum + folder.count, 0),
        TotalItemSize: writtenQuantity(octets),
        AssociatedItemCount: 0,
        DeletedItemCount: kept.items,
        TotalDeletedItemSize: writtenQuantity(kept.octets),
        StorageLimitStatus: limitStatus(mailbox, octets, quota),
        MailboxTypeDetail: mailbox.type,
        LastLogonTime: dateOf(entered),
        LastUserActionTime: dateOf(acted ?? entered),
        IsArchiveMailbox: false,
        IsQuarantined: false,
        Identity: mailbox.exchangeGuid,
        IsValid: true,
        ObjectState: 'Unchanged',
      },
    ]
  },
})

/** By which a client may have named the mailbox. */
const addressesOf = ({ userPrincipalName, primarySmtpAddress, emailAddresses }: MailboxRecord): readonly string[] => [
  userPrincipalName,
  primarySmtpAddress,
  ...emailAddresses.map((it) => it.replace(/^smtp:/i, '')),
]

const dateOf = (moment: number | undefined): Date | null => (moment === undefined ? null : new Date(moment))

function limitStatus({ settings }: MailboxRecord, octets: number, quota: number | undefined): string {
  const reached = (limit: unknown): boolean => typeof limit === 'number' && octets >= limit
  if (reached(quota)) return 'MailboxDisabled'
  if (reached(settings.ProhibitSendQuota)) return 'ProhibitSend'
  return reached(settings.IssueWarningQuota) ? 'IssueWarning' : 'BelowLimit'
}
