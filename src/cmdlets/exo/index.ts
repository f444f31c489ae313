import type { Cmdlet } from '../cmdlet.ts'
import {
  getExoCasMailbox,
  getExoMailbox,
  getExoMailboxFolderStatistics,
  getExoMailboxPermission,
  getExoMailboxStatistics,
  getExoRecipient,
  getExoRecipientPermission,
} from './exo-cmdlets.ts'

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
