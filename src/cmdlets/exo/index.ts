import type { Cmdlet } from '../cmdlet.ts'
import { getExoCasMailbox } from './get-exo-cas-mailbox.ts'
import { getExoMailboxFolderStatistics } from './get-exo-mailbox-folder-statistics.ts'
import { getExoMailboxPermission } from './get-exo-mailbox-permission.ts'
import { getExoMailboxStatistics } from './get-exo-mailbox-statistics.ts'
import { getExoMailbox } from './get-exo-mailbox.ts'
import { getExoRecipientPermission } from './get-exo-recipient-permission.ts'
import { getExoRecipient } from './get-exo-recipient.ts'

/** What the Exchange Online module reads from entity sets. */
export const exoCmdlets: readonly Cmdlet[] = [
  getExoCasMailbox,
  getExoMailboxFolderStatistics,
  getExoMailboxPermission,
  getExoMailboxStatistics,
  getExoMailbox,
  getExoRecipientPermission,
  getExoRecipient,
]
