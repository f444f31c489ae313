import type { Command } from '../../command.ts'
import { getMessageTraceDetailV2 } from './get-message-trace-detail-v2.ts'
import { getMessageTraceV2 } from './get-message-trace-v2.ts'
import { getMessageTrace } from './get-message-trace.ts'

export const messageTraceCommands: readonly Command[] = [getMessageTraceDetailV2, getMessageTraceV2, getMessageTrace]
