import { reply } from '../../codecs/smtp/reply.ts'
import { SECOND } from '../../core/time.ts'
import type { LineProtocol } from '../line/line-protocol.ts'
import { Uploads } from '../../core/uploads/uploads.ts'
import { createLineProtocol } from '../line/server.ts'
import { serveConnection } from './conversation.ts'
import { type SmtpDeps, SmtpSession } from './session.ts'

/** Milliseconds for the reply that is under way when the server stops. */
const STOPPING: number = 5 * SECOND

/**
 * Message submission: RFC 6409 over RFC 5321, with RFC 3207 (STARTTLS), RFC 4954 (AUTH), RFC 1870 (SIZE), RFC 2920
 * (PIPELINING), RFC 3030 (CHUNKING, BINARYMIME), RFC 6152 (8BITMIME), RFC 6531 (SMTPUTF8) and RFC 2034 (status codes).
 */
export function createSmtp(deps: SmtpDeps): LineProtocol {
  const { settings } = deps
  const uploads = new Uploads(deps.uploads, { octets: settings.data_budget_octets, largest: settings.message_octets })
  const stopping = reply(421, '4.3.2', 'The server is stopping')
  return createLineProtocol<SmtpSession>({
    noRoom: (excess) => reply(421, '4.3.2', `There are too many connections${excess === 'address' ? ' from you' : ''}`),
    stopping,
    open: (wire, connection) => new SmtpSession(wire, connection, deps, uploads),
    serve: serveConnection,
    stop: (session) => session.farewell.say(stopping, STOPPING),
  })
}
