import type { VerifyFinding } from '../../src/domain/mail/verify/finding.ts'
import { verifyMail } from '../../src/domain/mail/verify/verify.ts'
import type { Engine } from '../../src/storage/engine.ts'

/** Returns the findings of a complete check of a mail store. */
export const findingsOf = (engine: Engine): Promise<VerifyFinding[]> =>
  Array.fromAsync(verifyMail(engine, { mailboxes: 0, folders: 0, messages: 0, octets: 0 }))
