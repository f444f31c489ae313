import type { Command } from '../../command.ts'
import { searchUnifiedAuditLog } from './search-unified-audit-log.ts'

export const auditCommands: readonly Command[] = [searchUnifiedAuditLog]
