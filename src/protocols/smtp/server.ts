import { reply } from '../../codecs/smtp/reply.ts'
import { HeadCount } from '../../core/head-count.ts'
import type { LineProtocol } from '../../core/line-protocol.ts'
import { networkOf } from '../../core/network.ts'
import { Uploads } from '../../core/uploads/uploads.ts'
import { converse } from './conversation.ts'
import { Session, type SmtpDeps } from './session.ts'

/** How long a reply that is under way may take when the server stops, in milliseconds. */
const STOPPING = 5000

/**
 * Message submission: RFC 6409 over RFC 5321, with RFC 3207 (STARTTLS), RFC 4954 (AUTH), RFC 1870 (SIZE), RFC 2920
 * (PIPELINING), RFC 3030 (CHUNKING, BINARYMIME), RFC 6152 (8BITMIME), RFC 6531 (SMTPUTF8) and RFC 2034 (status codes).
 */
export function createSmtp(deps: SmtpDeps): LineProtocol {
  const { settings } = deps
  const uploads = new Uploads(deps.uploads, { octets: settings.data_budget_octets, largest: settings.message_octets })
  const open = new Map<Session, Promise<void>>()
  const addresses = new HeadCount(settings.max_connections_per_address)
  let closing = false

  const objection = (): string | undefined => {
    if (closing) return 'The server is stopping'
    return open.size >= settings.max_connections ? 'There are too many connections' : undefined
  }

  return {
    async accept(wire) {
      const text = objection()
      const leave = text === undefined ? addresses.enter(networkOf(wire.peer)) : undefined
      if (!leave) {
        wire.end(reply(421, '4.3.2', text ?? 'There are too many connections from you'))
        return wire.over
      }
      const session = new Session(wire, deps, uploads)
      const talk = converse(session).catch((thrown: unknown) => {
        session.log.error({ err: thrown }, 'a session broke')
        wire.destroy()
      })
      open.set(session, talk)
      await talk
      leave()
      open.delete(session)
    },

    async close() {
      closing = true
      for (const session of open.keys()) session.callOff(reply(421, '4.3.2', 'The server is stopping'), STOPPING)
      await Promise.all(open.values())
    },
  }
}
