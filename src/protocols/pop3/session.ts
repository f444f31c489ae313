import type { SecureContext } from 'node:tls'
import type { Access } from '../../access/types.ts'
import type { Connection } from '../../core/connections/connection.ts'
import type { Log } from '../../core/log.ts'
import { isLoopback } from '../../core/network.ts'
import type { OctetBudget } from '../../core/octet-budget.ts'
import type { Profile } from '../../core/line-protocol.ts'
import { refuse } from '../../core/refusal.ts'
import type { ConnectionEnd, Wire } from '../../core/wire.ts'
import type { World } from '../../core/world.ts'
import type { Pop3Operation } from '../../domain/audit/operation.ts'
import type { Pop3Piece } from './command.ts'
import type { Maildrop } from './maildrop.ts'
import type { MaildropReader } from './reader.ts'
import type { Pop3Settings } from './settings.ts'
import { type Pop3Wording, wordings } from './wording.ts'

export interface Pop3Deps {
  readonly access: Access
  readonly world: World
  readonly log: Log
  readonly profile: Profile
  readonly settings: Pop3Settings
  /** Whether a token may come without TLS from this machine itself. */
  readonly auth: {
    readonly plaintextOnLoopback: boolean
    /** Whether passwords may open mailboxes, so that it is told that they are taken. */
    readonly basic?: boolean
  }
  /** Whether to refuse what the real service refuses and no client relies on. */
  readonly strict?: boolean
  /** What STLS presents; without it there is no STLS. */
  readonly tls?: () => SecureContext
  /** The name that the greeting gives. */
  readonly hostname: string
}

/** RFC 1939 §3: AUTHORIZATION, TRANSACTION, and after them nothing. UPDATE is what QUIT does on the way from one to the other. */
export type Pop3State =
  /** `user` is what USER named and PASS has yet to follow. */
  | { readonly at: 'greeted'; readonly user?: string }
  | {
      readonly at: 'signed-in'
      readonly drop: Maildrop
      readonly reader: MaildropReader
      /** Is told what the client does. */
      readonly did: (operation: Pop3Operation) => void
      /** Gives back the lock and all else that is held; access need not watch over this connection any more. */
      readonly leave: () => void
    }
  | { readonly at: 'gone' }

export type Pop3StateName = Pop3State['at']
export type Pop3StateIn<P extends Pop3StateName> = Extract<Pop3State, { readonly at: P }>

/** Replies to commands that were sent ahead are sent when there are so many octets of them. */
const TOGETHER = 64 * 1024
/** How long somebody who is being answered may still be, once the session has been called off, in milliseconds. */
const GRACE = 500

/** One connection: what it may do, and what ends it. */
export class Pop3Session {
  state: Pop3State = { at: 'greeted' }
  readonly wire: Wire
  /** As it is counted among all connections. */
  readonly connection: Connection
  readonly deps: Pop3Deps
  readonly wording: Pop3Wording
  readonly log: Log
  /** What may be held of messages that were read ahead, shared by all sessions. */
  readonly readAhead: OctetBudget
  /** The client's address. */
  readonly peer: string
  #unsent: Uint8Array[] = []
  #unsentOctets = 0
  #waiting = false
  #calledOff: string | undefined
  #authenticationFailures = 0
  #badCommands = 0

  constructor(wire: Wire, connection: Connection, deps: Pop3Deps, readAhead: OctetBudget) {
    this.wire = wire
    this.connection = connection
    this.deps = deps
    this.readAhead = readAhead
    this.wording = wordings[deps.profile]
    this.peer = wire.peer
    this.log = deps.log.child({ protocol: 'pop3', peer: this.peer })
  }

  /** The state, if it is one of those. Refuses `wrong-state`. */
  at<P extends Pop3StateName>(places: readonly P[]): Pop3StateIn<P> {
    const { state } = this
    const fits = (it: Pop3State): it is Pop3StateIn<P> => (places as readonly Pop3StateName[]).includes(it.at)
    if (fits(state)) return state
    return state.at === 'greeted' ? refuse('wrong-state', 'Sign in first') : refuse('wrong-state', 'You are signed in')
  }

  /** RFC 8314 §4: a credential does not travel in the clear. */
  get mayAuthenticate(): boolean {
    return this.wire.secure || (this.deps.auth.plaintextOnLoopback && isLoopback(this.peer))
  }

  get mayStartTls(): boolean {
    return !this.wire.secure && this.deps.tls !== undefined
  }

  /** What to say before the connection ends, once it has been decided elsewhere that it does. */
  get calledOff(): string | undefined {
    return this.#calledOff
  }

  /** The next line, or why there is none. */
  async line(): Promise<Buffer | ConnectionEnd> {
    if (this.#calledOff !== undefined) return 'closed'
    this.#waiting = true
    try {
      return await this.wire.line(this.deps.settings.line_octets, this.deps.settings.idle_minutes * 60_000)
    } finally {
      this.#waiting = false
    }
  }

  /** Sends a piece of a reply; together with what is said to the next commands, where the client has sent them ahead. */
  async write(piece: Pop3Piece): Promise<void> {
    this.#gather(piece)
    const more = this.state.at === 'signed-in' && this.wire.lineArrived
    if (this.#unsentOctets >= TOGETHER || !more) await this.flush()
  }

  async flush(): Promise<void> {
    if (this.#unsent.length === 0) return
    const unsent = this.#unsent
    this.#unsent = []
    this.#unsentOctets = 0
    await this.wire.write(unsent, this.#patience)
  }

  /** Sends what was said so far, and waits until nothing is held of it. */
  async sent(): Promise<void> {
    await this.flush()
    await this.wire.sent(this.#patience)
  }

  /** Milliseconds for which the client may take nothing of what it is sent. */
  get #patience(): number {
    return this.deps.settings.write_stall_seconds * 1000
  }

  #gather(piece: Pop3Piece): void {
    if (typeof piece === 'string') this.#gather(Buffer.from(piece, 'latin1'))
    else if (!(piece instanceof Uint8Array)) for (const each of piece) this.#gather(each)
    else {
      this.#unsent.push(piece)
      this.#unsentOctets += piece.length
    }
  }

  /**
   * Ends the session from outside: at once with those words when the client is to speak, after the reply that is under
   * way otherwise, and without words when that reply does not get done.
   */
  callOff(words: string): void {
    if (this.#calledOff !== undefined) return
    this.#calledOff = words
    if (this.#waiting) this.wire.end(words)
    else this.deps.world.after(GRACE, () => this.wire.destroy())
  }

  /** Counts a refused sign-in; one too many ends the session. */
  authenticationFailed(): void {
    if (++this.#authenticationFailures >= this.deps.settings.max_authentication_failures) this.state = { at: 'gone' }
  }

  /** Counts a command that was none, or not now; says whether that was one too many. */
  badCommand(): boolean {
    return ++this.#badCommands >= this.deps.settings.max_bad_commands
  }
}
