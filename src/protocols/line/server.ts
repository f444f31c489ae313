import type { Connection } from '../../core/connections/connection.ts'
import type { Excess } from '../../core/connections/connections.ts'
import type { LineProtocol, LineSession } from './session.ts'
import type { Wire } from '../../core/wire.ts'

interface LineProtocolOptions<S extends LineSession> {
  /** The refusal of a connection beyond a limit. */
  readonly tooManyConnections: (excess: Excess) => string
  /** The refusal of a connection that comes while the server stops. */
  readonly stopping: string
  /** Makes the session of a connection. `sessions`: all open sessions. */
  readonly open: (wire: Wire, connection: Connection, sessions: ReadonlySet<S>) => S
  /** Talks with the client until the session is over, and ends the connection. */
  readonly serve: (session: S) => Promise<void>
  /** Ends a session because the server stops. */
  readonly stop: (session: S) => void
}

/** Runs the sessions of a line protocol, from the connection to the end of the server. */
export function createLineProtocol<S extends LineSession>(options: LineProtocolOptions<S>): LineProtocol {
  const sessions = new Set<S>()
  const conversations = new Set<Promise<void>>()
  let stopping = false

  const serveSession = async (session: S): Promise<void> => {
    sessions.add(session)
    try {
      await options.serve(session)
    } catch (thrown) {
      session.log.error({ err: thrown }, 'a session failed')
      session.wire.destroy()
    } finally {
      sessions.delete(session)
    }
    await session.wire.over
  }

  return {
    tooManyConnections: options.tooManyConnections,

    async accept(wire, connection) {
      if (stopping) {
        wire.end(options.stopping)
        return wire.over
      }
      const conversation = serveSession(options.open(wire, connection, sessions))
      conversations.add(conversation)
      await conversation
      conversations.delete(conversation)
    },

    async close() {
      stopping = true
      for (const session of sessions) options.stop(session)
      await Promise.all(conversations)
    },
  }
}
