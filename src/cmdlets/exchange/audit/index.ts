import type { Cmdlet } from '../../cmdlet.ts'
import { searchUnifiedAuditLog } from './search-unified-audit-log.ts'

export const auditCmdlets: readonly Cmdlet[] = [searchUnifiedAuditLog]
