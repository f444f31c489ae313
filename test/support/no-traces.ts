import type { MessageTraces } from '../../src/domain/audit/message-trace.ts'

/** For those who do not ask later what became of a message. */
export const noTraces: Pick<MessageTraces, 'record'> = { record: () => {} }
