import { idOf } from '../../access/actor.ts'
import { refuse } from '../../core/refusal.ts'
import { Maildrop } from './maildrop.ts'
import type { Claim } from './mechanisms.ts'
import { Reader } from './reader.ts'
import type { Session } from './session.ts'
import { pop3Wire } from './wire-table.ts'

/**
 * Shows a claim to access, and on a yes takes the maildrop. Answers with what to say; the state says what became of it.
 * Refuses `busy` while another session has the maildrop.
 */
export async function signIn(session: Session, { credential, address }: Claim): Promise<string> {
  const { access, profile } = session.deps
  const entry = await access.enter({ credential, protocol: 'pop3', address, from: session.peer })
  const authentication = 'bearer' in credential ? 'Bearer' : 'Basic'
  const wire = pop3Wire(profile)
  if (!entry.granted) {
    session.authenticationFailed()
    return `${wire(entry.failed, authentication)}\r\n`
  }

  const leaveCaller = session.connection.signIn(idOf(entry.caller))
  const giveUp = (): void => {
    leaveCaller?.()
    entry.leave()
  }
  if (!leaveCaller) {
    giveUp()
    session.authenticationFailed()
    // RFC 3206 §4: it is not the maildrop that is in use.
    return refuse('busy', 'The program has too many connections', { code: 'SYS/TEMP' })
  }
  const { mailbox } = entry
  const drop = await Maildrop.open(mailbox).catch((thrown: unknown) => {
    giveUp()
    throw thrown
  })
  const reader = new Reader({ mailbox, drop, budget: session.readAhead, sent: () => session.sent() })
  const leave = (): void => {
    reader.stop()
    drop.close()
    giveUp()
  }
  const did = entry.did.bind(entry)
  session.state = { at: 'signed-in', drop, reader, did, leave }
  const takenBack = (): void => session.callOff(session.wording.refusal('The mailbox was taken back', 'SYS/PERM'))
  if (mailbox.revoked.aborted) takenBack()
  else mailbox.revoked.addEventListener('abort', takenBack, { once: true, signal: session.wire.closed })
  return `${wire(undefined, authentication)}\r\n`
}
