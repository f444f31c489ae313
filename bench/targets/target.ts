import type { Endpoint } from '../clients/endpoint.ts'
import type { Crowd, TokenTenants } from './token-tenants.ts'

/** Mailboxes on every target: u0@bench.test to u99@bench.test. */
export const USERS = 100
export const userName = (index: number): string => `u${index}@bench.test`

export interface Places {
  readonly imap: Endpoint
  readonly imaps: Endpoint
  readonly pop3: Endpoint
  readonly pop3s: Endpoint
  readonly submission?: Endpoint
  readonly https?: Endpoint
}

/** A server that is measured. */
export interface Target {
  readonly name: string
  /** Version, and the settings that matter. */
  readonly description: string
  /** The root of its processes. */
  readonly pid: number
  readonly places: Places
  /** Its own folder, which the measured data lies in. */
  readonly folder: string
  /** A token for a mailbox: the one that opens them all, where the server has such a thing. */
  token(user: number): string
  /** A token that is used for this mailbox only. */
  ownToken(user: number): string
  /** A token of Graph for all mailboxes, of a server that has Graph. */
  graphToken?(): string
  /**
   * Tenants in which tokens are asked for, of a server that issues some. It is restarted where they are not there yet.
   */
  tokenTenants?(crowd: Crowd): Promise<TokenTenants>
  /** The same server again, on data of its own, with the limits for one address that it has by default. */
  withDefaultLimits?(): Promise<Target>
  /** Stops it cleanly and starts it again on the same data. */
  restart(): Promise<void>
  stop(): Promise<void>
}
