import type { LineProtocol } from '../../core/line-protocol.ts'
import { OctetBudget } from '../../core/octet-budget.ts'
import { serveConnection } from './conversation.ts'
import { type Pop3Deps, Pop3Session } from './session.ts'
import { wordings } from './wording.ts'

/** POP3: RFC 1939, with RFC 2449 (CAPA), RFC 2595 (STLS), RFC 5034 (AUTH) and RFC 3206 (response codes). */
export function createPop3(deps: Pop3Deps): LineProtocol {
  const { settings } = deps
  const wording = wordings[deps.profile]
  const open = new Map<Pop3Session, Promise<void>>()
  const readAhead = new OctetBudget(settings.read_ahead_octets)
  let closing = false

  return {
    noRoom: (excess) =>
      wording.refusal(`There are too many connections${excess === 'address' ? ' from you' : ''}`, 'SYS/TEMP'),

    async accept(wire, connection) {
      if (closing) {
        wire.end(wording.refusal('The server is stopping', 'SYS/TEMP'))
        return wire.over
      }
      const session = new Pop3Session(wire, connection, deps, readAhead)
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
      for (const session of open.keys()) session.callOff(wording.refusal('The server is stopping', 'SYS/TEMP'))
      await Promise.all(open.values())
    },
  }
}
