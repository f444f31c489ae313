import type { LineProtocol } from '../line/line-protocol.ts'
import { OctetBudget } from '../../core/octet-budget.ts'
import { createLineProtocol } from '../line/server.ts'
import { serveConnection } from './conversation.ts'
import { type Pop3Deps, Pop3Session } from './session.ts'
import { wordings } from './wording.ts'

/** POP3: RFC 1939, with RFC 2449 (CAPA), RFC 2595 (STLS), RFC 5034 (AUTH) and RFC 3206 (response codes). */
export function createPop3(deps: Pop3Deps): LineProtocol {
  const wording = wordings[deps.profile]
  const readAhead = new OctetBudget(deps.settings.read_ahead_octets)
  const stopping = wording.refusal('The server is stopping', 'SYS/TEMP')
  return createLineProtocol<Pop3Session>({
    noRoom: (excess) =>
      wording.refusal(`There are too many connections${excess === 'address' ? ' from you' : ''}`, 'SYS/TEMP'),
    stopping,
    open: (wire, connection) => new Pop3Session(wire, connection, deps, readAhead),
    serve: serveConnection,
    stop: (session) => session.farewell.say(stopping),
  })
}
