import type { LineProtocol } from '../../core/line-protocol.ts'
import { OctetBudget } from '../../core/octet-budget.ts'
import type { Wire } from '../../core/wire.ts'
import { converse } from './converse.ts'
import type { ImapDeps } from './deps.ts'
import { Session } from './session.ts'

/** IMAP4rev1 (RFC 3501) over the mailboxes that access lets a client into. */
export function createImap(deps: ImapDeps): LineProtocol {
  const sessions = new Set<Session>()
  const perAddress = new Map<string, number>()
  const budgets = {
    packing: new OctetBudget(deps.settings.compress_budget_octets),
    receiving: new OctetBudget(deps.settings.literal_budget_octets),
    sending: new OctetBudget(deps.settings.fetch_budget_octets),
  }

  const enter = (wire: Wire): Session | undefined => {
    const here = perAddress.get(wire.peer) ?? 0
    const { max_connections, max_connections_per_address } = deps.settings
    if (sessions.size >= max_connections || here >= max_connections_per_address) return undefined
    const session = new Session(deps, wire, budgets)
    sessions.add(session)
    perAddress.set(wire.peer, here + 1)
    return session
  }

  const leave = (session: Session, peer: string): void => {
    session.leave()
    sessions.delete(session)
    const left = perAddress.get(peer)! - 1
    if (left > 0) perAddress.set(peer, left)
    else perAddress.delete(peer)
  }

  return {
    async accept(wire) {
      const { peer } = wire
      const session = enter(wire)
      if (!session) return wire.end('* BYE Too many connections\r\n')
      session.awaitSignIn()
      try {
        await converse(session)
        wire.end()
      } catch (thrown) {
        deps.log.error({ err: thrown }, 'an IMAP connection failed')
        wire.destroy()
      } finally {
        leave(session, peer)
      }
    },

    async close() {
      const wires = [...sessions].map(({ wire }) => wire)
      for (const session of sessions) session.bye('The server is stopping')
      await Promise.all(wires.map((wire) => wire.over))
    },
  }
}
