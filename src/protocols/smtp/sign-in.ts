import { idOf } from '../../access/actor.ts'
import type { Caller } from '../../access/types.ts'
import type { Author } from '../../domain/transport/types.ts'
import { decline } from './answers.ts'
import type { Claim } from './mechanisms.ts'
import type { Session } from './session.ts'
import { smtpWire } from './wire-table.ts'

/** Shows a claim to access. Answers with what to say; the state says what became of it. */
export async function signIn(session: Session, { credential, address }: Claim): Promise<string> {
  const { access, profile, hostname } = session.deps
  const { name } = session.at(['greeted']).client
  const entry = await access.enter({ credential, protocol: 'smtp', address, from: session.peer, client: name })
  if (entry.granted) {
    const leaveCaller = session.connection.signIn(idOf(entry.caller))
    if (!leaveCaller) {
      entry.leave()
      session.authenticationFailed()
      return decline('too-many-connections')
    }
    const sender = { mailbox: entry.mailbox, author: authorOf(entry.caller) }
    session.signedIn(sender, {
      caller: entry.caller.kind === 'app' ? entry.caller.servicePrincipal : entry.caller.user.id,
      submitted: () => entry.did('submit'),
      deniedSender: (denied) => entry.deniedSender(denied),
      leave: () => {
        leaveCaller()
        entry.leave()
      },
    })
  }
  const authentication = 'bearer' in credential ? 'Bearer' : 'Basic'
  const said = entry.granted
    ? smtpWire(profile, hostname)(undefined, authentication)
    : smtpWire(profile, hostname)(entry.failed, authentication, false, entry.switchedOff)
  return `${said}\r\n`
}

const authorOf = (caller: Caller): Author =>
  caller.kind === 'app' ? { kind: 'app', appId: caller.appId } : { kind: 'user', id: caller.user.id }
