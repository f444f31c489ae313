import type { Cmdlet } from '../../cmdlet.ts'
import { getRecipient } from './get-recipient.ts'

export const recipientsCmdlets: readonly Cmdlet[] = [getRecipient]
