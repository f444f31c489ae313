import type { Connection } from '../../core/connections/connection.ts'
import type { Excess } from '../../core/connections/connections.ts'
import type { Wire } from '../../core/wire.ts'

/** A protocol that talks in lines over one connection: IMAP4, POP3, SMTP. */
export interface LineProtocol {
  /** Talks until the connection is over; never rejects. */
  accept(wire: Wire, connection: Connection): Promise<void>
  /** What a client is told for whose connection there is no room, or no more. */
  noRoom(excess: Excess): string
  /** Tells every client in the protocol's words that the server stops, and ends the connections. */
  close(): Promise<void>
}
