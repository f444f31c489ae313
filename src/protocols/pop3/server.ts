import type { LineProtocol } from '../../core/line-protocol.ts'
import { OctetBudget } from '../../core/octet-budget.ts'
import type { Wire } from '../../core/wire.ts'
import { converse } from './conversation.ts'
import { type Pop3Deps, Session } from './session.ts'
import { wordings } from './wording.ts'

/** POP3: RFC 1939, with RFC 2449 (CAPA), RFC 2595 (STLS), RFC 5034 (AUTH) and RFC 3206 (response codes). */
export function createPop3(deps: Pop3Deps): LineProtocol {
  const { settings } = deps
  const wording = wordings[deps.profile]
  const open = new Map<Session, Promise<void>>()
  const byPeer = new Map<string, number>()
  const readAhead = new OctetBudget(settings.read_ahead_octets)
  let closing = false

  const objection = (wire: Wire): string | undefined => {
    if (closing) return 'The server is stopping'
    if (open.size >= settings.max_connections) return 'There are too many connections'
    const others = byPeer.get(wire.peer) ?? 0
    return others >= settings.max_connections_per_address ? 'There are too many connections from you' : undefined
  }

  const count = (peer: string, change: 1 | -1): void => {
    const now = (byPeer.get(peer) ?? 0) + change
    if (now === 0) byPeer.delete(peer)
    else byPeer.set(peer, now)
  }

  return {
    async accept(wire) {
      const text = objection(wire)
      if (text !== undefined) {
        wire.end(wording.refusal(text, 'SYS/TEMP'))
        return wire.over
      }
      const session = new Session(wire, deps, readAhead)
      const talk = converse(session).catch((thrown: unknown) => {
        session.log.error({ err: thrown }, 'a session broke')
        wire.destroy()
      })
      open.set(session, talk)
      count(session.peer, 1)
      await talk
      count(session.peer, -1)
      open.delete(session)
    },

    async close() {
      closing = true
      for (const session of open.keys()) session.callOff(wording.refusal('The server is stopping', 'SYS/TEMP'))
      await Promise.all(open.values())
    },
  }
}
