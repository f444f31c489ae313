import type { SecureContext } from 'node:tls'
import type { Access, DeniedAddress } from '../../access/types.ts'
import { reply } from '../../codecs/smtp/reply.ts'
import type { Connection } from '../../core/connections/connection.ts'
import type { Profile } from '../../core/line-protocol.ts'
import type { Log } from '../../core/log.ts'
import { isLoopback, networkOf } from '../../core/network.ts'
import type { UploadPool } from '../../core/uploads/upload-pool.ts'
import type { Uploads } from '../../core/uploads/uploads.ts'
import type { ConnectionEnd, Wire } from '../../core/wire.ts'
import type { World } from '../../core/world.ts'
import type { Sender, Transport } from '../../domain/transport/types.ts'
import { decline, type RefusalName } from './answers.ts'
import { Incoming } from './incoming.ts'
import type { SmtpSettings } from './settings.ts'
import type { SmtpStateIn, SmtpStateName, SmtpState } from './state.ts'

export interface SmtpDeps {
  readonly access: Access
  readonly transport: Transport
  readonly world: World
  readonly log: Log
  readonly profile: Profile
  readonly settings: SmtpSettings
  /** What messages on their way in share with those of other protocols. */
  readonly uploads: UploadPool
  /** Whether a token may come without TLS from this machine itself. */
  readonly auth: {
    readonly plaintextOnLoopback: boolean
    /** Whether passwords may open mailboxes, so that it is told that they are taken. */
    readonly basic?: boolean
  }
  /** What STARTTLS presents; without it there is no STARTTLS. */
  readonly tls?: () => SecureContext
  /** The name that greetings give. */
  readonly hostname: string
}

/** What access is told of whoever it let in. */
interface EntryHeld {
  /** For whom budgets are charged: the app or the person. */
  readonly caller: string
  /** A message was taken. */
  submitted(): void
  /** A message was not, for the address that it is from. */
  deniedSender(denied: DeniedAddress): Promise<void>
  /** The session is over. */
  leave(): void
}

/** The sentences of what goes well, and of farewells, in which the profiles differ. */
interface SmtpWording {
  greeting(hostname: string, at: number, session: string): string
  hello(hostname: string, peer: string): string
  readonly tls: string
  readonly reset: string
  readonly noop: string
  readonly verify: string
  readonly goodbye: string
  readonly silent: readonly [status: string, text: string]
  accepted(messageId: string, hostname: string): string
}

/** How long somebody who is being answered may still be, once the session has been called off, in milliseconds. */
const GRACE = 500

/** One connection: what it may do, and what ends it. */
export class SmtpSession {
  state: SmtpState = { at: 'connected' }
  readonly wire: Wire
  /** As it is counted among all connections. */
  readonly connection: Connection
  readonly deps: SmtpDeps
  readonly wording: SmtpWording
  readonly log: Log
  /** The client's address. */
  readonly peer: string
  readonly #uploads: Uploads
  #waiting = false
  #calledOff: string | undefined
  #entry: EntryHeld | undefined
  #authenticationFailures = 0
  #badCommands = 0

  constructor(wire: Wire, connection: Connection, deps: SmtpDeps, uploads: Uploads) {
    this.wire = wire
    this.connection = connection
    this.deps = deps
    this.wording = wordings[deps.profile]
    this.peer = wire.peer
    this.log = deps.log.child({ protocol: 'smtp', peer: this.peer })
    this.#uploads = uploads
  }

  /** The state, if it is one of those. Refuses `wrong-state`. */
  at<P extends SmtpStateName>(places: readonly P[]): SmtpStateIn<P> {
    const { state } = this
    const fits = (it: SmtpState): it is SmtpStateIn<P> => (places as readonly SmtpStateName[]).includes(it.at)
    return fits(state) ? state : decline(this.#objection(places))
  }

  /** RFC 8314 §4: a credential does not travel in the clear. */
  get mayAuthenticate(): boolean {
    return this.wire.secure || (this.deps.auth.plaintextOnLoopback && isLoopback(this.peer))
  }

  get mayStartTls(): boolean {
    return !this.wire.secure && this.deps.tls !== undefined
  }

  get isSignedIn(): boolean {
    return this.#entry !== undefined
  }

  /** What to say before the connection ends, once it has been decided that it does. */
  get calledOff(): string | undefined {
    return this.#calledOff
  }

  /** The next line, or why there is none. */
  line(): Promise<Buffer | ConnectionEnd> {
    const { line_octets, idle_minutes } = this.deps.settings
    return this.#wait(() => this.wire.line(line_octets, idle_minutes * 60_000))
  }

  /** Octets of a message, at most so many. */
  octets(most: number): Promise<Buffer | ConnectionEnd> {
    return this.#wait(() => this.wire.some(most, this.deps.settings.data_stall_seconds * 1000))
  }

  async write(data: string): Promise<void> {
    await this.wire.write(data, this.deps.settings.write_stall_seconds * 1000)
  }

  incoming({ sender, mail }: SmtpStateIn<'transaction'>): Incoming {
    const { settings, profile, transport } = this.deps
    return new Incoming({
      limit: settings.message_octets,
      // Exchange Online takes what a recipient has no room for, and reports then. What is gone is told at the end.
      sizeLimit: () =>
        transport.sizeLimit(sender, profile === 'standards' ? mail.recipients : []).catch(() => undefined),
      upload: this.#uploads.begin(this.#entry?.caller ?? networkOf(this.peer), () => this.wire.closed),
      binary: mail.binary,
    })
  }

  signedIn(sender: Sender, entry: EntryHeld): void {
    this.#entry = entry
    const { client } = this.at(['greeted'])
    this.state = { at: 'signed-in', client, sender }
    const takenBack = (): void => this.callOff(reply(421, '4.7.0', 'The mailbox was taken back'))
    const { revoked } = sender.mailbox
    if (revoked.aborted) takenBack()
    else revoked.addEventListener('abort', takenBack, { once: true, signal: this.wire.closed })
  }

  /** A message was taken. */
  submitted(): void {
    this.#entry?.submitted()
  }

  /** A message is not taken for its sender, and the client is told `wire`. */
  async deniedSender(denied: DeniedAddress): Promise<void> {
    await this.#entry?.deniedSender(denied)
  }

  /** RFC 5321 §4.1.1.5: forgets the message that is under way. */
  reset(): void {
    const { state } = this
    if (state.at === 'chunking') state.incoming.drop()
    if (state.at !== 'transaction' && state.at !== 'chunking') return
    this.state = { at: 'signed-in', client: state.client, sender: state.sender }
  }

  /** Lets go of everything that the session holds. */
  leave(): void {
    this.reset()
    this.state = { at: 'gone' }
    this.#entry?.leave()
    this.#entry = undefined
  }

  /**
   * Ends the session with those words: at once when the client is to speak, after the reply that is under way otherwise,
   * and without words when that reply does not get done within `grace` milliseconds.
   */
  callOff(words: string, grace = GRACE): void {
    if (this.#calledOff !== undefined) return
    this.#calledOff = words
    if (this.#waiting) this.wire.end(words)
    else this.deps.world.after(grace, () => this.wire.destroy())
  }

  /** Counts a refused sign-in; one too many ends the session. */
  authenticationFailed(): void {
    if (++this.#authenticationFailures < this.deps.settings.max_authentication_failures) return
    this.callOff(reply(421, '4.7.0', 'Too many refused sign-ins'))
  }

  /** Counts a command that was none, or not now; one too many ends the session. */
  badCommand(): void {
    if (++this.#badCommands < this.deps.settings.max_bad_commands) return
    this.callOff(reply(421, '4.7.0', 'Too many commands that are none'))
  }

  async #wait(read: () => Promise<Buffer | ConnectionEnd>): Promise<Buffer | ConnectionEnd> {
    if (this.#calledOff !== undefined) return 'closed'
    this.#waiting = true
    try {
      const got = await read()
      // RFC 5321 §3.8: no connection ends without a reason given.
      if (got === 'silent') this.callOff(reply(421, ...this.wording.silent))
      return got
    } finally {
      this.#waiting = false
    }
  }

  #objection(places: readonly SmtpStateName[]): RefusalName {
    switch (this.state.at) {
      case 'connected':
        return 'hello-first'
      case 'greeted':
        return this.mayAuthenticate ? 'sign-in-first' : 'tls-first'
      case 'signed-in':
        return places.includes('greeted') ? 'signed-in' : 'sender-first'
      default:
        if (places.includes('greeted')) return 'signed-in'
        return places.includes('signed-in') ? 'sender-given' : 'in-chunks'
    }
  }
}

const wordings: Readonly<Record<Profile, SmtpWording>> = {
  'exchange-online': {
    greeting: (hostname, at, session) =>
      `${hostname} Microsoft ESMTP MAIL Service ready at ${dateOf(at)} [${session.replaceAll('-', '').slice(0, 16).toUpperCase()}]`,
    hello: (hostname, peer) => `${hostname} Hello [${peer}]`,
    tls: 'SMTP server ready',
    reset: 'Resetting',
    noop: 'OK',
    verify: 'Cannot VRFY user',
    goodbye: 'Service closing transmission channel',
    silent: ['4.4.1', 'Connection timed out'],
    accepted: (messageId, hostname) => `OK ${messageId} [Hostname=${hostname}]`,
  },
  standards: {
    greeting: (hostname) => `${hostname} ESMTP Postern`,
    hello: (hostname, peer) => `${hostname} greets [${peer}]`,
    tls: 'Begin TLS negotiation',
    reset: 'Forgotten',
    noop: 'OK',
    verify: 'Send some mail, and it will be tried',
    goodbye: 'Goodbye',
    silent: ['4.4.2', 'Too long without a command'],
    accepted: (messageId) => `Delivered ${messageId}`,
  },
}

const dateOf = (at: number): string => new Date(at).toUTCString().replace('GMT', '+0000')
