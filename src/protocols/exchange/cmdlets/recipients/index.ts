import type { Command } from '../../command.ts'
import { getRecipient } from './get-recipient.ts'

export const recipientsCommands: readonly Command[] = [getRecipient]
