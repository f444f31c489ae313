import { idOf } from '../../../access/rights.ts'
import type { Connection } from '../../../core/connections/connection.ts'
import { SECOND } from '../../../core/duration.ts'
import type { Profile } from '../../../core/profile.ts'
import { networkOf } from '../../../core/network.ts'
import type { MemoryShares } from '../../../core/memory-shares.ts'
import type { OctetBudget } from '../../../core/octet-budget.ts'
import { refuse } from '../../../core/refusal.ts'
import type { Uploads } from '../../../core/uploads/uploads.ts'
import type { ConnectionEnd, Wire } from '../../../core/wire.ts'
import type { WorkSlots } from '../../../core/work-slots.ts'
import type { ImapOperation } from '../../../domain/audit/types.ts'
import type { Mailbox } from '../../../domain/mail/types.ts'
import { LineSession, whenRevoked } from '../../line/session.ts'
import type { ContextMemory } from '../searching/contexts/contexts.ts'
import type { ConnectionProgress } from '../capabilities.ts'
import type { ImapDeps } from '../deps.ts'
import type { FetchBudget, FolderSession, Notifications, UploadBudget } from './session-contracts.ts'
import type { CountedOperation } from '../operations.ts'
import { Outbox } from '../reply/outbox.ts'
import type { ImapState, Selected, SignedInClient, StateAt } from '../state.ts'
import { type ImapDialect, plainDialect } from '../dialect.ts'
import type { UpdateQueue } from '../view/update-queue.ts'

/** What tells of more than the selected folder, and what ends its waking the session. */
interface Notify {
  readonly notifier: Notifications
  stop(): void
}

/** What all sessions share. */
interface Shared {
  /** All open sessions, this one too. */
  readonly peers: ReadonlySet<ImapSession>
  readonly packing: OctetBudget
  readonly receiving: Uploads
  readonly sending: OctetBudget
  readonly longWork: WorkSlots
  readonly contexts: MemoryShares
  readonly updateQueue: UpdateQueue
  readonly capabilities: (standing: ConnectionProgress) => string
}

/** Sentences in which the two profiles differ. */
interface ReplyTexts {
  readonly goodbye: string
  /** The connection ends although the client did not ask for it. */
  readonly ended: string
  readonly silent: string
  readonly idling: string
}

/** Milliseconds in which a client has to take what it is sent while others wait for the memory that this lies in. */
const HURRIED = 10_000

/** One connection and how far it has come. */
export class ImapSession extends LineSession<ImapDeps> implements FolderSession, FetchBudget, UploadBudget {
  readonly protocol = 'imap'
  /** All sessions that there are, this one too. */
  readonly peers: ReadonlySet<ImapSession>
  readonly outbox: Outbox
  /** Memory for packing what is sent, shared by all sessions. */
  readonly packing: OctetBudget
  /** Messages that are on their way in, likewise. */
  readonly receiving: Uploads
  /** Memory for what FETCH reads and has not sent yet, likewise. */
  readonly sending: OctetBudget
  readonly #contexts: MemoryShares
  /** In which long commands of one caller take turns. */
  readonly longWork: WorkSlots
  /** In which clients that wait are told of what happens. */
  readonly updateQueue: UpdateQueue
  /** Sign-ins that failed on this connection. */
  failures = 0
  #client = ''
  #named: (client: string) => void = () => {}
  #did: (operation: ImapOperation) => void = () => {}
  readonly #capabilities: (standing: ConnectionProgress) => string
  #state: ImapState = { at: 'greeted' }
  #dialect: ImapDialect
  #leaving: (() => void)[] = []
  #closing: (() => void)[] = []
  #hear: (() => void) | undefined
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
    const patience = deps.settings.stall_seconds * SECOND
    this.outbox = new Outbox(wire, () => (this.sending.contended ? Math.min(patience, HURRIED) : patience))
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

  /** From here on the client is spoken to like this. Nothing can be disabled again (RFC 5161 §3.1). */
  enable(more: Partial<ImapDialect>): void {
    this.#dialect = { ...this.#dialect, ...more }
  }

  get texts(): ReplyTexts {
    return texts[this.deps.profile]
  }

  /** For whom budgets are charged: the app or the person, or the network of an address before the sign-in. */
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

  /** The next line of a dialogue within a command. Refuses `gone` when it does not come. */
  async line(): Promise<Buffer> {
    const line = await this.readLine()
    return typeof line === 'string' ? this.over(line) : line
  }

  /** The client went away, or has been silent for too long. */
  over(ending: ConnectionEnd): never {
    if (ending === 'silent') this.bye(this.texts.silent)
    return refuse('gone', 'The client is gone')
  }

  /** `leave` is called when the session is over, and `did` is told what is done until then. */
  signedIn(client: SignedInClient, mailbox: Mailbox, did: (operation: ImapOperation) => void, leave: () => void): void {
    this.#leaving.push(leave)
    // The connection may have ended while access was deciding.
    if (this.#state.at === 'gone') return this.leave()
    if (mailbox.revoked.aborted) return this.bye(this.texts.ended)
    this.#leaving.push(whenRevoked(mailbox, () => this.bye(this.texts.ended)))
    this.endSignInLimit()
    this.#did = did
    this.#state = { at: 'signed-in', client, mailbox }
  }

  /** The client has done what it is counted for. */
  did(operations: CountedOperation): void {
    for (const operation of operations) this.#did(operation)
  }

  /** Memory for searches that are kept up to date, counted for the caller over all sessions. */
  get contextMemory(): ContextMemory {
    const name = this.chargedTo
    const shares = this.#contexts
    return { take: (octets) => shares.take(name, octets), add: (octets) => shares.add(name, octets) }
  }

  /** Whether that was thrown because nobody waits for an answer any more. */
  calledOff(thrown: unknown): boolean {
    const { left } = this.wire
    return left.aborted && thrown === left.reason
  }

  /** What the client calls itself; empty until it has said so. */
  get client(): string {
    return this.#client
  }

  /** `hear` is told when a client that has signed in says its name. */
  whenNamed(hear: (client: string) => void): void {
    this.#named = hear
  }

  /** The client has said its name (RFC 2971); what it says first counts. */
  named(client: string): void {
    if (this.#client !== '') return
    this.#client = client
    this.#named(client)
  }

  /** Starts the time limit for the sign-in. */
  awaitSignIn(): void {
    this.startSignInLimit(() => {
      if (this.#state.at === 'greeted') this.bye('Too long without a sign-in')
    })
  }

  /** `release` is called when the client signs out, or when the session is over. */
  holding(release: () => void): void {
    if (this.#state.at === 'gone') release()
    else this.#leaving.push(release)
  }

  /** RFC 8437 §3: as it was before the client signed in, but for TLS. */
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
      view.hear(change)
      contexts.hear(change)
      this.wake()
      // RFC 2180 §3.3: never another folder's messages under the name of this one.
      if (change.kind === 'gone') this.bye('The selected folder was deleted')
    })
    this.#closing = [stop, () => open.close(), () => contexts.close()]
    this.#state = { at: 'selected', client, mailbox, selected }
  }

  get notifier(): Notifications | undefined {
    return this.#notify?.notifier
  }

  /** From here on the client is told of what it asked for with NOTIFY; undefined ends that. */
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

  /** `hear` is called when there may be news, when the session is over, or when somebody says so; until what is returned is. */
  listen(hear: () => void): () => void {
    this.#hear = hear
    return () => {
      if (this.#hear === hear) this.#hear = undefined
    }
  }

  /** Resolves the next time that there is something to hear; see {@link listen}. */
  woken(): Promise<void> {
    return new Promise((resolve) => {
      this.#hear = resolve
    })
  }

  wake(): void {
    this.#hear?.()
  }

  /** Ends the connection, whatever it is at. */
  bye(text: string): void {
    this.leave()
    this.outbox.end(`* BYE ${text}\r\n`)
  }

  /** Lets go of everything that the session holds. */
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
