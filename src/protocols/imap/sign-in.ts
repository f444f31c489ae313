import type { Credential } from '../../access/types.ts'
import { imapWire } from './wire-table.ts'
import type { Done } from './reply.ts'
import type { Session } from './session.ts'

/** How many sign-ins may fail before each further one is answered late: clients try several mechanisms on one connection. */
const PROMPT_FAILURES = 3
const DELAY = 1000

/** Asks access, once, and says what the profile says to its answer. */
export async function signIn(session: Session, credential: Credential, address: string | undefined): Promise<Done> {
  const { access, profile } = session.deps
  const entry = await access.enter({ credential, protocol: 'imap', address, from: session.wire.peer })
  const verb = 'bearer' in credential ? 'AUTHENTICATE' : 'LOGIN'
  if (entry.granted) {
    session.signedIn(entry.mailbox, () => entry.leave())
    // RFC 3501 §7.1: the list has changed; Exchange Online waits to be asked.
    return session.exchange ? {} : { code: `CAPABILITY ${session.capabilities()}` }
  }
  if (entry.spokenAt === 'mailbox') {
    session.unconnected()
    return {}
  }
  await failed(session)
  return { line: imapWire(profile)(entry.failed, verb === 'LOGIN' ? 'Basic' : 'Bearer') }
}

/** Counts a failed sign-in, and makes the client wait when it was one of many. */
export async function failed(session: Session): Promise<void> {
  session.failures += 1
  if (session.failures <= PROMPT_FAILURES) return
  await new Promise<void>((resolve) => {
    const stop = session.deps.world.after(DELAY, resolve)
    session.wire.closed.addEventListener('abort', () => {
      stop()
      resolve()
    })
  })
}
