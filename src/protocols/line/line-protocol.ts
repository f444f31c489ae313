import type { Connection } from '../../core/connections/connection.ts'
import type { Excess } from '../../core/connections/connections.ts'
import type { Wire } from '../../core/wire.ts'

/** A line-based protocol over one connection: IMAP4, POP3, SMTP. */
export interface LineProtocol {
  /** Serves the client until the connection is over; never rejects. */
  accept(wire: Wire, connection: Connection): Promise<void>
  /** The refusal for a connection beyond a limit, or for one that is closed to make room. */
  noRoom(excess: Excess): string
  /** Tells every client that the server stops, and ends all connections. */
  close(): Promise<void>
}
