import type { Command } from '../../command.ts'
import { disableMailbox } from './disable-mailbox.ts'
import { enableMailbox } from './enable-mailbox.ts'
import { getCasMailbox } from './get-cas-mailbox.ts'
import { getMailboxFolderStatistics } from './get-mailbox-folder-statistics.ts'
import { getMailboxStatistics } from './get-mailbox-statistics.ts'
import { getMailbox } from './get-mailbox.ts'
import { getRecoverableItems } from './get-recoverable-items.ts'
import { newMailbox } from './new-mailbox.ts'
import { removeMailbox } from './remove-mailbox.ts'
import { restoreRecoverableItems } from './restore-recoverable-items.ts'
import { setCasMailbox } from './set-cas-mailbox.ts'
import { setMailbox } from './set-mailbox.ts'
import { undoSoftDeletedMailbox } from './undo-soft-deleted-mailbox.ts'

export const mailboxesCommands: readonly Command[] = [
  disableMailbox,
  enableMailbox,
  getCasMailbox,
  getMailboxFolderStatistics,
  getMailboxStatistics,
  getMailbox,
  getRecoverableItems,
  newMailbox,
  removeMailbox,
  restoreRecoverableItems,
  setCasMailbox,
  setMailbox,
  undoSoftDeletedMailbox,
]
