import type { Cmdlet } from '../../cmdlet.ts'
import { getMessageTraceDetailV2 } from './get-message-trace-detail-v2.ts'
import { getMessageTraceV2 } from './get-message-trace-v2.ts'
import { getMessageTrace } from './get-message-trace.ts'

export const messageTraceCmdlets: readonly Cmdlet[] = [getMessageTraceDetailV2, getMessageTraceV2, getMessageTrace]
