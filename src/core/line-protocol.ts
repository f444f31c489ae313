import type { Wire } from './wire.ts'

/** A protocol that talks in lines over one connection: IMAP4, POP3, SMTP. */
export interface LineProtocol {
  /** Talks until the connection is over; never rejects. */
  accept(wire: Wire): Promise<void>
  /** Tells every client in the protocol's words that the server stops, and ends the connections. */
  close(): Promise<void>
}
