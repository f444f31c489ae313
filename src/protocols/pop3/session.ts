import type { Connection } from '../../core/connections/connection.ts'
import { SECOND } from '../../core/duration.ts'
import type { OctetBudget } from '../../core/octet-budget.ts'
import { refuse } from '../../core/refusal.ts'
import type { ConnectionEnd, Wire } from '../../core/wire.ts'
import type { Pop3Operation } from '../../domain/audit/types.ts'
import { Farewell } from '../line/farewell.ts'
import { type LineDeps, LineSession } from '../line/session.ts'
import type { Maildrop } from './maildrop.ts'
import type { MaildropReader } from './maildrop-reader.ts'
import type { Pop3Settings } from './settings.ts'
import { type Pop3Wording, wordings } from './wording.ts'

export interface Pop3Deps extends LineDeps<Pop3Settings> {
  /** Whether to refuse what the real service refuses and no client relies on. */
  readonly strict?: boolean
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

/** Octets may lie in several places; they are left as they are from here on. */
export type Pop3Piece = string | Uint8Array | readonly Uint8Array[]

/** Replies to commands that were sent ahead are sent when there are so many octets of them. */
const TOGETHER = 64 * 1024
/** One POP3 connection and its state. */
export class Pop3Session extends LineSession<Pop3Deps> {
  readonly protocol = 'pop3'
  state: Pop3State = { at: 'greeted' }
  readonly wording: Pop3Wording
  readonly farewell: Farewell
  /** What may be held of messages that were read ahead, shared by all sessions. */
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

  /** The state, if it is one of those. Refuses `wrong-state`. */
  at<P extends Pop3StateName>(places: readonly P[]): Pop3StateIn<P> {
    const { state } = this
    const fits = (it: Pop3State): it is Pop3StateIn<P> => (places as readonly Pop3StateName[]).includes(it.at)
    if (fits(state)) return state
    return state.at === 'greeted' ? refuse('wrong-state', 'Sign in first') : refuse('wrong-state', 'You are signed in')
  }

  /** Starts the time limit for the sign-in. RFC 1939 §3: a session that ran out of time ends without a word. */
  awaitSignIn(): void {
    this.startSignInLimit(() => {
      if (this.state.at === 'greeted') this.wire.end()
    })
  }

  /** The next line, or the reason why there is none. */
  line(): Promise<Buffer | ConnectionEnd> {
    return this.farewell.wait(() => this.readLine())
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

  /** Counts a refused sign-in; one too many ends the session. */
  authenticationFailed(): void {
    this.connection.refused()
    if (++this.#authenticationFailures >= this.deps.settings.max_authentication_failures) this.state = { at: 'gone' }
  }

  /** Counts a command that was none, or not now; says whether that was one too many. */
  badCommand(): boolean {
    return ++this.#badCommands >= this.deps.settings.max_bad_commands
  }
}
