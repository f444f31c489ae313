import { mandatory, optional } from '../../cmdlet.ts'
import { choice, text } from '../../parameter-type.ts'
import { dateTime } from '../date-time.ts'

/** Where Exchange Online keeps what was deleted; here all of it is in the second. */
const sourceFolders = ['DeletedItems', 'RecoverableItems', 'PurgedItems'] as const

/** Which of what is kept is meant. */
export const recoverableItems = {
  Identity: mandatory(text, 'The mailbox.', { position: 0 }),
  EntryID: optional(text, 'Only this item, by the EntryID that Get-RecoverableItems shows.'),
  SubjectContains: optional(text, 'Only items whose subject contains this text, case-insensitive.'),
  FilterStartTime: optional(dateTime, 'Only items that were deleted at that time or later.'),
  FilterEndTime: optional(dateTime, 'Only items that were deleted at that time or earlier.'),
  FilterItemType: optional(text, 'Only items of that class; every message is of the class IPM.Note.'),
  SourceFolder: optional(choice(sourceFolders), 'The folder to search; kept messages are in RecoverableItems.'),
} as const
