import type { SecureContext } from 'node:tls'
import type { Access } from '../../access/types.ts'
import type { Connection } from '../../core/connections/connection.ts'
import type { Excess } from '../../core/connections/connections.ts'
import type { Log } from '../../core/log.ts'
import { isLoopback } from '../../core/network.ts'
import type { Profile } from '../../core/profile.ts'
import { MINUTE, SECOND } from '../../core/time.ts'
import { type ConnectionEnd, HANDSHAKE, type Wire } from '../../core/wire.ts'
import type { World } from '../../core/world.ts'
import type { Mailbox } from '../../domain/mail/types.ts'

/** The limits that IMAP, POP3 and SMTP have in common. */
export interface LineSettings {
  readonly idle_minutes: number
  readonly unauthenticated_seconds: number
  readonly line_octets: number
}

export interface LineDeps<S extends LineSettings = LineSettings> {
  readonly access: Access
  readonly world: World
  readonly log: Log
  readonly profile: Profile
  readonly settings: S
  readonly auth: {
    /** Whether a client on this machine may sign in without TLS. */
    readonly plaintextOnLoopback: boolean
    /** Whether passwords may open mailboxes, so that the server announces mechanisms for them. */
    readonly basic?: boolean
  }
  /** The certificate for STARTTLS or STLS; without it the server does not offer them. */
  readonly tls?: () => SecureContext
  /** The host name in the greeting. */
  readonly hostname: string
}

/** One connection of a line protocol: its time limits, and whether the client may sign in on it. */
export abstract class LineSession<D extends LineDeps = LineDeps> {
  abstract readonly protocol: 'imap' | 'pop3' | 'smtp'
  readonly deps: D
  readonly wire: Wire
  /** The connection in the table of all connections. */
  readonly connection: Connection
  #log: Log | undefined
  #stopSignInLimit: (() => void) | undefined

  constructor(deps: D, wire: Wire, connection: Connection) {
    this.deps = deps
    this.wire = wire
    this.connection = connection
  }

  /** The client's address. */
  get peer(): string {
    return this.wire.peer
  }

  get log(): Log {
    this.#log ??= this.deps.log.child({ protocol: this.protocol, peer: this.peer })
    return this.#log
  }

  /** RFC 8314 §4: a credential does not travel in the clear. */
  get mayAuthenticate(): boolean {
    return this.wire.secure || (this.deps.auth.plaintextOnLoopback && isLoopback(this.peer))
  }

  get mayStartTls(): boolean {
    return !this.wire.secure && this.deps.tls !== undefined
  }

  /** Milliseconds for which the client may be silent between two commands. */
  get silence(): number {
    return this.deps.settings.idle_minutes * MINUTE
  }

  /** Reads the next line from the connection. */
  readLine(): Promise<Buffer | ConnectionEnd> {
    return this.wire.line(this.deps.settings.line_octets, this.silence)
  }

  /**
   * Starts the time limit for the sign-in. `expired` runs when the time is up, unless {@link endSignInLimit} was
   * called.
   */
  protected startSignInLimit(expired: () => void): void {
    this.endSignInLimit()
    this.#stopSignInLimit = this.deps.world.after(this.deps.settings.unauthenticated_seconds * SECOND, expired)
  }

  protected endSignInLimit(): void {
    this.#stopSignInLimit?.()
    this.#stopSignInLimit = undefined
  }

  /** Turns the connection into a TLS one; false if the handshake fails or takes too long. */
  async startTls(context: SecureContext): Promise<boolean> {
    try {
      await this.wire.startTls(context, HANDSHAKE)
      return true
    } catch (thrown) {
      this.log.debug({ err: thrown }, 'a TLS handshake failed')
      return false
    }
  }
}

/** Calls `end` once access revokes the mailbox handle, at once if it has; until the returned function is called. */
export function whenRevoked({ revoked }: Mailbox, end: () => void): () => void {
  if (revoked.aborted) {
    end()
    return () => {}
  }
  revoked.addEventListener('abort', end, { once: true })
  return () => revoked.removeEventListener('abort', end)
}

/** Milliseconds in which the reply that is under way has to be complete. */
const GRACE: number = SECOND / 2

/**
 * Ends a connection of POP3 or SMTP, where the server speaks only in turn. The last words go out at once while the
 * server waits for the client, and otherwise after the reply that is under way. If that reply takes too long, the
 * connection ends without them.
 */
export class Farewell {
  readonly #wire: Wire
  readonly #world: World
  #words: string | undefined
  #waiting = false

  constructor(wire: Wire, world: World) {
    this.#wire = wire
    this.#world = world
  }

  /** The last reply, when the connection is about to end. */
  get words(): string | undefined {
    return this.#words
  }

  /** Only the first words count. `grace`: milliseconds for the reply that is under way. */
  say(words: string, grace = GRACE): void {
    if (this.#words !== undefined) return
    this.#words = words
    if (this.#waiting) this.#wire.end(words)
    else this.#world.after(grace, () => this.#wire.destroy())
  }

  /** Waits for the client: `read` reads from the connection. Gives `closed` after the last words. */
  async wait(read: () => Promise<Buffer | ConnectionEnd>): Promise<Buffer | ConnectionEnd> {
    if (this.#words !== undefined) return 'closed'
    this.#waiting = true
    try {
      return await read()
    } finally {
      this.#waiting = false
    }
  }
}

/** A line-based protocol over one connection: IMAP4, POP3, SMTP. */
export interface LineProtocol {
  /** Serves the client until the connection is over; never rejects. */
  accept(wire: Wire, connection: Connection): Promise<void>
  /** The refusal for a connection beyond a limit, or for one that is closed to make room. */
  tooManyConnections(excess: Excess): string
  /** Tells every client that the server stops, and ends all connections. */
  close(): Promise<void>
}
