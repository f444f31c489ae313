import { idOf } from '../../../access/rights.ts'
import type { Connection } from '../../../core/connections/connection.ts'
import { SECOND } from '../../../core/time.ts'
import type { Profile } from '../../../core/profile.ts'
import { networkOf } from '../../../core/network.ts'
import type { MemoryShares, OctetBudget } from '../../../core/octet-budget.ts'
import { refuse } from '../../../core/refusal.ts'
import type { Uploads } from '../../../core/uploads/uploads.ts'
import type { ConnectionEnd, Wire } from '../../../core/wire.ts'
import type { WorkSlots } from '../../../core/concurrency.ts'
import type { ImapOperation } from '../../../domain/audit/types.ts'
import type { Mailbox } from '../../../domain/mail/types.ts'
import { LineSession, whenRevoked } from '../../line/session.ts'
import type { ContextMemory } from '../searching/contexts/contexts.ts'
import type { ConnectionProgress } from '../capabilities.ts'
import type { ImapDeps } from '../deps.ts'
import type { FetchBudget, FolderSession, Notifications, AppendBudget } from './session-contracts.ts'
import type { CountedOperation } from '../operations.ts'
import { Outbox } from '../reply/outbox.ts'
import type { ImapState, Selected, SignedInClient, StateAt } from '../state.ts'
import { type ImapDialect, plainDialect } from '../dialect.ts'
import type { UpdateQueue } from '../view/folder-updates.ts'

/** The client's NOTIFY registration. `stop` ends the calls that wake the session. */
interface Notify {
  readonly notifier: Notifications
  stop(): void
}

/** Limits and queues that all sessions share. */
interface Shared {
  /** All open sessions, including this one. */
  readonly peers: ReadonlySet<ImapSession>
  readonly packing: OctetBudget
  readonly receiving: Uploads
  readonly sending: OctetBudget
  readonly longWork: WorkSlots
  readonly contexts: MemoryShares
  readonly updateQueue: UpdateQueue
  readonly capabilities: (progress: ConnectionProgress) => string
}

/** Texts that differ between the two profiles. */
interface ReplyTexts {
  readonly goodbye: string
  /** The server ends the connection. */
  readonly ended: string
  readonly silent: string
  readonly idling: string
}

/** Milliseconds in which a client has to read its reply while other clients wait for the memory of the reply. */
const HURRIED = 10_000

/** One connection and its state. */
export class ImapSession extends LineSession<ImapDeps> implements FolderSession, FetchBudget, AppendBudget {
  readonly protocol = 'imap'
  /** All open sessions, including this one. */
  readonly peers: ReadonlySet<ImapSession>
  readonly outbox: Outbox
  /** Memory for compression, shared by all sessions. */
  readonly packing: OctetBudget
  /** Memory for messages that clients send, shared by all sessions. */
  readonly receiving: Uploads
  /** Memory for content that FETCH has read and not sent, shared by all sessions. */
  readonly sending: OctetBudget
  readonly #contexts: MemoryShares
  /** The slots in which long commands run; each caller has some. */
  readonly longWork: WorkSlots
  /** The queue in which idling clients get updates. */
  readonly updateQueue: UpdateQueue
  /** Failed sign-ins on this connection. */
  failedSignIns = 0
  #client = ''
  #nameListener: (client: string) => void = () => {}
  #countOperation: (operation: ImapOperation) => void = () => {}
  readonly #capabilities: (progress: ConnectionProgress) => string
  #state: ImapState = { at: 'greeted' }
  #dialect: ImapDialect
  #leaving: (() => void)[] = []
  #closing: (() => void)[] = []
  #listener: (() => void) | undefined
  #notify: Notify | undefined

  constructor(deps: ImapDeps, wire: Wire, connection: Connection, shared: Shared) {
    super(deps, wire, connection)
    this.peers = shared.peers
    this.packing = shared.packing
    this.receiving = shared.receiving
    this.sending = shared.sending
    this.longWork = shared.longWork
    this.#contexts = shared.contexts
    this.updateQueue = shared.updateQueue
    this.#capabilities = shared.capabilities
    this.#dialect = plainDialect(deps.profile === 'exchange-online')
    const stall = deps.settings.stall_seconds * SECOND
    this.outbox = new Outbox(wire, () => (this.sending.contended ? Math.min(stall, HURRIED) : stall))
  }

  get state(): ImapState {
    return this.#state
  }

  get exchange(): boolean {
    return this.#dialect.exchange
  }

  get dialect(): ImapDialect {
    return this.#dialect
  }

  /** Enables extensions. The client cannot disable them again (RFC 5161 §3.1). */
  enable(more: Partial<ImapDialect>): void {
    this.#dialect = { ...this.#dialect, ...more }
  }

  get texts(): ReplyTexts {
    return texts[this.deps.profile]
  }

  /** The key for budgets: the app or user, or the client's network before the sign-in. */
  get chargedTo(): string {
    const { state, wire } = this
    return 'client' in state ? idOf(state.client.caller) : networkOf(wire.peer)
  }

  get selected(): Selected | undefined {
    return this.#state.at === 'selected' ? this.#state.selected : undefined
  }

  capabilities(): string {
    const { mayAuthenticate, mayStartTls } = this
    return this.#capabilities({ signedIn: this.#state.at !== 'greeted', mayAuthenticate, mayStartTls })
  }

  /** Reads the next line of a dialogue within a command. Refuses `gone` if the connection ends. */
  async line(): Promise<Buffer> {
    const line = await this.readLine()
    return typeof line === 'string' ? this.endWith(line) : line
  }

  /** Ends the session after the client has gone or was silent for too long. */
  endWith(ending: ConnectionEnd): never {
    if (ending === 'silent') this.bye(this.texts.silent)
    return refuse('gone', 'The client is gone')
  }

  /** Enters the signed-in state. `did` is called for each operation, and `leave` when the session ends. */
  signedIn(client: SignedInClient, mailbox: Mailbox, did: (operation: ImapOperation) => void, leave: () => void): void {
    this.#leaving.push(leave)
    // The connection may have ended during the access decision.
    if (this.#state.at === 'gone') return this.leave()
    if (mailbox.revoked.aborted) return this.bye(this.texts.ended)
    this.#leaving.push(whenRevoked(mailbox, () => this.bye(this.texts.ended)))
    this.endSignInLimit()
    this.#countOperation = did
    this.#state = { at: 'signed-in', client, mailbox }
  }

  /** Counts the operations of a completed command. */
  countOperations(operations: CountedOperation): void {
    for (const operation of operations) this.#countOperation(operation)
  }

  /** Memory for live searches (CONTEXT), counted for the caller over all sessions. */
  get contextMemory(): ContextMemory {
    const name = this.chargedTo
    const shares = this.#contexts
    return { take: (octets) => shares.take(name, octets), add: (octets) => shares.add(name, octets) }
  }

  /** Whether an error only means that the client has gone. */
  isCancelled(thrown: unknown): boolean {
    const { left } = this.wire
    return left.aborted && thrown === left.reason
  }

  /** The client's name from ID; empty before that. */
  get client(): string {
    return this.#client
  }

  /** `listener` is called when the client gives its name after the sign-in. */
  onClientName(listener: (client: string) => void): void {
    this.#nameListener = listener
  }

  /** Sets the client's name (RFC 2971); only the first one is used. */
  setClientName(client: string): void {
    if (this.#client !== '') return
    this.#client = client
    this.#nameListener(client)
  }

  /** Starts the time limit for the sign-in. */
  awaitSignIn(): void {
    this.startSignInLimit(() => {
      if (this.#state.at === 'greeted') this.bye('Too long without a sign-in')
    })
  }

  /** `release` is called when the client signs out or the session ends. */
  onSignOut(release: () => void): void {
    if (this.#state.at === 'gone') release()
    else this.#leaving.push(release)
  }

  /** RFC 8437 §3: returns to the state before the sign-in; TLS stays. */
  signedOut(): void {
    this.#letGo()
    this.#state = { at: 'greeted' }
    this.#dialect = plainDialect(this.exchange)
    this.awaitSignIn()
  }

  unconnected(): void {
    this.#state = { at: 'unconnected' }
  }

  select({ client, mailbox }: Omit<StateAt<'signed-in'>, 'at'>, selected: Selected): void {
    const { open, view, contexts } = selected
    const stop = open.index.watch((change) => {
      view.apply(change)
      contexts.apply(change)
      this.wake()
      // RFC 2180 §3.3: the client must not see messages of another folder under this name.
      if (change.kind === 'gone') this.bye('The selected folder was deleted')
    })
    this.#closing = [stop, () => open.close(), () => contexts.close()]
    this.#state = { at: 'selected', client, mailbox, selected }
  }

  get notifier(): Notifications | undefined {
    return this.#notify?.notifier
  }

  /** Sets the client's NOTIFY registration; undefined ends it. */
  notify(notify: Notify | undefined): void {
    this.#notify?.stop()
    this.#notify = notify
    if (this.#state.at === 'gone') this.leave()
  }

  deselect(): void {
    for (const close of this.#closing.splice(0)) close()
    if (this.#state.at !== 'selected') return
    const { client, mailbox } = this.#state
    this.#state = { at: 'signed-in', client, mailbox }
  }

  /**
   * `listener` is called when there may be updates, or when the session ends, until the returned function is called.
   */
  listen(listener: () => void): () => void {
    this.#listener = listener
    return () => {
      if (this.#listener === listener) this.#listener = undefined
    }
  }

  /** Resolves at the next wake-up; see {@link listen}. */
  woken(): Promise<void> {
    return new Promise((resolve) => {
      this.#listener = resolve
    })
  }

  wake(): void {
    this.#listener?.()
  }

  /** Ends the connection with BYE, in any state. */
  bye(text: string): void {
    this.leave()
    this.outbox.end(`* BYE ${text}\r\n`)
  }

  /** Frees everything that the session holds. */
  leave(): void {
    this.#letGo()
    this.#state = { at: 'gone' }
    this.wake()
  }

  #letGo(): void {
    this.deselect()
    this.endSignInLimit()
    this.#notify?.stop()
    this.#notify = undefined
    for (const leave of this.#leaving.splice(0)) leave()
  }
}

const texts: Readonly<Record<Profile, ReplyTexts>> = {
  standards: {
    goodbye: 'Until next time',
    ended: 'The connection is closed',
    silent: 'Too long without a command',
    idling: 'idling',
  },
  'exchange-online': {
    goodbye: 'Microsoft Exchange Server IMAP4 server signing off.',
    ended: 'Connection closed. 14',
    silent: 'Connection is closed. 13',
    idling: 'IDLE accepted, awaiting DONE command.',
  },
}
