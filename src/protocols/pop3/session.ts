import type { Connection } from '../../core/connections/connection.ts'
import { SECOND } from '../../core/time.ts'
import type { OctetBudget } from '../../core/octet-budget.ts'
import { refuse } from '../../core/refusal.ts'
import type { ConnectionEnd, Wire } from '../../core/wire.ts'
import type { Pop3Operation } from '../../domain/audit/types.ts'
import { Farewell, type LineDeps, LineSession } from '../line/session.ts'
import type { Maildrop, MaildropReader } from './maildrop.ts'
import type { Pop3Settings } from './settings.ts'
import { type Pop3Wording, wordings } from './wire-table.ts'

export interface Pop3Deps extends LineDeps<Pop3Settings> {
  /** Whether to refuse what the real service refuses and no client relies on. */
  readonly strict?: boolean
}

/**
 * RFC 1939 §3: `greeted` is AUTHORIZATION, `signed-in` is TRANSACTION. QUIT does UPDATE between `signed-in` and `gone`.
 */
export type Pop3State =
  /** `user`: the mailbox of a USER command that waits for its PASS. */
  | { readonly at: 'greeted'; readonly user?: string }
  | {
      readonly at: 'signed-in'
      readonly drop: Maildrop
      readonly reader: MaildropReader
      /** Reports an operation of the client to access. */
      readonly did: (operation: Pop3Operation) => void
      /** Releases the lock and everything else that the session holds, and ends the entry. */
      readonly leave: () => void
    }
  | { readonly at: 'gone' }

export type Pop3StateName = Pop3State['at']
export type Pop3StateIn<P extends Pop3StateName> = Extract<Pop3State, { readonly at: P }>

/** Octets may be in several buffers. Nobody changes them after this point. */
export type Pop3Piece = string | Uint8Array | readonly Uint8Array[]

/** Octets of replies to pipelined commands that the session gathers before it sends them. */
const GATHERED = 64 * 1024
/** One POP3 connection and its state. */
export class Pop3Session extends LineSession<Pop3Deps> {
  readonly protocol = 'pop3'
  state: Pop3State = { at: 'greeted' }
  readonly wording: Pop3Wording
  readonly farewell: Farewell
  /** The memory budget for messages that are read ahead; all sessions share it. */
  readonly readAhead: OctetBudget
  #unsent: Uint8Array[] = []
  #unsentOctets = 0
  #authenticationFailures = 0
  #badCommands = 0

  constructor(wire: Wire, connection: Connection, deps: Pop3Deps, readAhead: OctetBudget) {
    super(deps, wire, connection)
    this.readAhead = readAhead
    this.wording = wordings[deps.profile]
    this.farewell = new Farewell(wire, deps.world)
  }

  /** Gives the state if it is one of `states`. Refuses `wrong-state`. */
  at<P extends Pop3StateName>(states: readonly P[]): Pop3StateIn<P> {
    const { state } = this
    const fits = (it: Pop3State): it is Pop3StateIn<P> => (states as readonly Pop3StateName[]).includes(it.at)
    if (fits(state)) return state
    return state.at === 'greeted' ? refuse('wrong-state', 'Sign in first') : refuse('wrong-state', 'You are signed in')
  }

  /** Starts the time limit for the sign-in. RFC 1939 §3: a session that ran out of time ends without a word. */
  awaitSignIn(): void {
    this.startSignInLimit(() => {
      if (this.state.at === 'greeted') this.wire.end()
    })
  }

  /** The next line, or the reason why it does not come. */
  line(): Promise<Buffer | ConnectionEnd> {
    return this.farewell.wait(() => this.readLine())
  }

  /** Sends a piece of a reply. If the client pipelined more commands, it goes out together with their replies. */
  async write(piece: Pop3Piece): Promise<void> {
    this.#gather(piece)
    const more = this.state.at === 'signed-in' && this.wire.lineArrived
    if (this.#unsentOctets >= GATHERED || !more) await this.flush()
  }

  async flush(): Promise<void> {
    if (this.#unsent.length === 0) return
    const unsent = this.#unsent
    this.#unsent = []
    this.#unsentOctets = 0
    await this.wire.write(unsent, this.#writeStall)
  }

  /** Sends all gathered replies and waits until the socket holds none of them. */
  async sent(): Promise<void> {
    await this.flush()
    await this.wire.sent(this.#writeStall)
  }

  /** Milliseconds in which the client has to read what the session sends. */
  get #writeStall(): number {
    return this.deps.settings.write_stall_seconds * SECOND
  }

  #gather(piece: Pop3Piece): void {
    if (typeof piece === 'string') this.#gather(Buffer.from(piece, 'latin1'))
    else if (!(piece instanceof Uint8Array)) for (const each of piece) this.#gather(each)
    else {
      this.#unsent.push(piece)
      this.#unsentOctets += piece.length
    }
  }

  /** Lets go of everything that the session holds. */
  leave(): void {
    this.endSignInLimit()
    if (this.state.at === 'signed-in') this.state.leave()
    this.state = { at: 'gone' }
  }

  /** Counts a failed sign-in; too many end the session. */
  authenticationFailed(): void {
    this.connection.refused()
    if (++this.#authenticationFailures >= this.deps.settings.max_authentication_failures) this.state = { at: 'gone' }
  }

  /** Counts an unknown or misplaced command. Returns true if there were too many. */
  badCommand(): boolean {
    return ++this.#badCommands >= this.deps.settings.max_bad_commands
  }
}
