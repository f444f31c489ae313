import { reply } from '../../codecs/smtp/reply.ts'
import type { LineProtocol } from '../../core/line-protocol.ts'
import { Uploads } from '../../core/uploads/uploads.ts'
import { serveConnection } from './conversation.ts'
import { SmtpSession, type SmtpDeps } from './session.ts'

/** How long a reply that is under way may take when the server stops, in milliseconds. */
const STOPPING = 5000

/**
 * Message submission: RFC 6409 over RFC 5321, with RFC 3207 (STARTTLS), RFC 4954 (AUTH), RFC 1870 (SIZE), RFC 2920
 * (PIPELINING), RFC 3030 (CHUNKING, BINARYMIME), RFC 6152 (8BITMIME), RFC 6531 (SMTPUTF8) and RFC 2034 (status codes).
 */
export function createSmtp(deps: SmtpDeps): LineProtocol {
  const { settings } = deps
  const uploads = new Uploads(deps.uploads, { octets: settings.data_budget_octets, largest: settings.message_octets })
  const open = new Map<SmtpSession, Promise<void>>()
  let closing = false

  return {
    noRoom: (excess) => reply(421, '4.3.2', `There are too many connections${excess === 'address' ? ' from you' : ''}`),

    async accept(wire, connection) {
      if (closing) {
        wire.end(reply(421, '4.3.2', 'The server is stopping'))
        return wire.over
      }
      const session = new SmtpSession(wire, connection, deps, uploads)
      const talk = serveConnection(session).catch((thrown: unknown) => {
        session.log.error({ err: thrown }, 'a session broke')
        wire.destroy()
      })
      open.set(session, talk)
      await talk
      open.delete(session)
    },

    async close() {
      closing = true
      for (const session of open.keys()) session.callOff(reply(421, '4.3.2', 'The server is stopping'), STOPPING)
      await Promise.all(open.values())
    },
  }
}
