import type { Credential, Entry } from '../../../access/types.ts'
import { refuse } from '../../../core/refusal.ts'
import type { CheckName } from '../../../domain/audit/types.ts'
import { admit, requestEntry } from '../../line/sign-in.ts'
import type { Completion } from '../reply/reply.ts'
import type { ImapSession } from './session.ts'

/** Failed sign-ins before the server delays its replies: clients try several mechanisms on one connection. */
const PROMPT_FAILURES = 3
const DELAY = 1000

/**
 * Makes the access decision. Returns the failed check if the sign-in failed; see {@link welcome} for the other case.
 */
export async function signIn(
  session: ImapSession,
  credential: Credential,
  address: string | undefined,
): Promise<CheckName | undefined> {
  const entry = await requestEntry(session, { credential, address }, session.client)
  if (entry.granted) await begin(session, entry, address ?? '')
  else if (entry.spokenAt === 'mailbox') session.unconnected()
  else {
    await failed(session)
    return entry.failed
  }
  return undefined
}

async function begin(session: ImapSession, entry: Extract<Entry, { granted: true }>, address: string): Promise<void> {
  const { caller, mailbox } = entry
  const leave = admit(session, entry)
  if (leave) {
    session.onClientName((client) => entry.named(client))
    session.signedIn({ caller, address }, mailbox, (operation) => entry.did(operation), leave)
    return
  }
  // Exchange Online throttles a caller with too many connections like this.
  if (session.exchange) return session.unconnected()
  await failed(session)
  refuse('busy', 'The program has too many connections', { code: 'LIMIT' })
}

/** RFC 3501 §7.1: reports the new capabilities; Exchange Online does not. */
export const welcome = (session: ImapSession): Completion =>
  session.exchange ? {} : { code: `CAPABILITY ${session.capabilities()}` }

/** Counts a failed sign-in, and delays the reply after several. */
export async function failed(session: ImapSession): Promise<void> {
  session.failedSignIns += 1
  session.connection.refused()
  if (session.failedSignIns <= PROMPT_FAILURES) return
  const { promise, resolve } = Promise.withResolvers<void>()
  const stop = session.deps.world.after(DELAY, resolve)
  await Promise.race([promise, session.wire.over])
  stop()
}
