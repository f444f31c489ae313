import type { DeniedAddress } from '../../access/types.ts'
import { reply } from '../../codecs/smtp/reply.ts'
import type { Connection } from '../../core/connections/connection.ts'
import { mailDate, SECOND } from '../../core/time.ts'
import type { Profile } from '../../core/profile.ts'
import { networkOf } from '../../core/network.ts'
import type { UploadPool } from '../../core/uploads/upload-pool.ts'
import type { Uploads } from '../../core/uploads/uploads.ts'
import type { ConnectionEnd, Wire } from '../../core/wire.ts'
import type { Sender, Transport } from '../../domain/transport/types.ts'
import { Farewell, type LineDeps, LineSession, whenRevoked } from '../line/session.ts'
import { decline, type RefusalName } from './refusals.ts'
import { Incoming } from './incoming.ts'
import type { SmtpSettings } from './settings.ts'
import type { SmtpStateIn, SmtpStateName, SmtpState } from './state.ts'

export interface SmtpDeps extends LineDeps<SmtpSettings> {
  readonly transport: Transport
  /** The memory for incoming messages, which all protocols share. */
  readonly uploads: UploadPool
}

/** The entry that access granted. */
interface EntryHeld {
  /** The app or the person that budgets are charged to. */
  readonly caller: string
  /** Postern accepted a message. */
  submitted(): void
  /** Postern rejected a message because of its sender address. */
  deniedSender(denied: DeniedAddress): Promise<void>
  /** Ends the entry. */
  leave(): void
}

/** The positive replies and farewells that differ between the profiles. */
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

/** One SMTP connection and its state. */
export class SmtpSession extends LineSession<SmtpDeps> {
  readonly protocol = 'smtp'
  state: SmtpState = { at: 'connected' }
  readonly wording: SmtpWording
  readonly farewell: Farewell
  readonly #uploads: Uploads
  #entry: EntryHeld | undefined
  #stopWatching: (() => void) | undefined
  #authenticationFailures = 0
  #badCommands = 0

  constructor(wire: Wire, connection: Connection, deps: SmtpDeps, uploads: Uploads) {
    super(deps, wire, connection)
    this.wording = wordings[deps.profile]
    this.farewell = new Farewell(wire, deps.world)
    this.#uploads = uploads
  }

  /** Gives the state if it is one of `states`. Refuses `wrong-state`. */
  at<P extends SmtpStateName>(states: readonly P[]): SmtpStateIn<P> {
    const { state } = this
    const fits = (it: SmtpState): it is SmtpStateIn<P> => (states as readonly SmtpStateName[]).includes(it.at)
    return fits(state) ? state : decline(this.#objection(states))
  }

  get isSignedIn(): boolean {
    return this.#entry !== undefined
  }

  /** Starts the time limit for the sign-in. */
  awaitSignIn(): void {
    this.startSignInLimit(() => {
      if (!this.isSignedIn) this.farewell.say(reply(421, '4.4.2', 'Too long without a sign-in'))
    })
  }

  /** The next line, or the reason why it does not come. */
  line(): Promise<Buffer | ConnectionEnd> {
    return this.#wait(() => this.readLine())
  }

  /** At most `most` octets of a message. */
  octets(most: number): Promise<Buffer | ConnectionEnd> {
    return this.#wait(() => this.wire.some(most, this.deps.settings.data_stall_seconds * SECOND))
  }

  async write(data: string): Promise<void> {
    await this.wire.write(data, this.deps.settings.write_stall_seconds * SECOND)
  }

  incoming({ sender, mail }: SmtpStateIn<'transaction'>): Incoming {
    const { settings, profile, transport } = this.deps
    return new Incoming({
      limit: settings.message_octets,
      // Exchange Online accepts a message that is too large for a recipient, and sends a report. A removed sender is
      // refused at the end of the message.
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
    this.#stopWatching = whenRevoked(sender.mailbox, () =>
      this.farewell.say(reply(421, '4.7.0', 'Access to the mailbox was revoked')),
    )
  }

  /** Reports to access that Postern accepted a message. */
  submitted(): void {
    this.#entry?.submitted()
  }

  /** Records that Postern rejected a message because of its sender address. */
  async deniedSender(denied: DeniedAddress): Promise<void> {
    await this.#entry?.deniedSender(denied)
  }

  /** RFC 5321 §4.1.1.5: discards the present mail transaction. */
  reset(): void {
    const { state } = this
    if (state.at === 'chunking') state.incoming.drop()
    if (state.at !== 'transaction' && state.at !== 'chunking') return
    this.state = { at: 'signed-in', client: state.client, sender: state.sender }
  }

  /** Lets go of everything that the session holds. */
  leave(): void {
    this.endSignInLimit()
    this.reset()
    this.state = { at: 'gone' }
    this.#stopWatching?.()
    this.#entry?.leave()
    this.#entry = undefined
  }

  /** Counts a failed sign-in; too many end the session. */
  authenticationFailed(): void {
    this.connection.refused()
    if (++this.#authenticationFailures < this.deps.settings.max_authentication_failures) return
    this.farewell.say(reply(421, '4.7.0', 'Too many failed sign-ins'))
  }

  /** Counts an unknown or misplaced command; too many end the session. */
  badCommand(): void {
    if (++this.#badCommands < this.deps.settings.max_bad_commands) return
    this.farewell.say(reply(421, '4.7.0', 'Too many unknown commands'))
  }

  async #wait(read: () => Promise<Buffer | ConnectionEnd>): Promise<Buffer | ConnectionEnd> {
    return this.farewell.wait(async () => {
      const received = await read()
      // RFC 5321 §3.8: the server gives a reason before it ends a connection.
      if (received === 'silent') this.farewell.say(reply(421, ...this.wording.silent))
      return received
    })
  }

  #objection(states: readonly SmtpStateName[]): RefusalName {
    switch (this.state.at) {
      case 'connected':
        return 'hello-first'
      case 'greeted':
        return this.mayAuthenticate ? 'sign-in-first' : 'tls-first'
      case 'signed-in':
        return states.includes('greeted') ? 'signed-in' : 'sender-first'
      default:
        if (states.includes('greeted')) return 'signed-in'
        return states.includes('signed-in') ? 'sender-given' : 'in-chunks'
    }
  }
}

const wordings: Readonly<Record<Profile, SmtpWording>> = {
  'exchange-online': {
    greeting: (hostname, at, session) =>
      `${hostname} Microsoft ESMTP MAIL Service ready at ${mailDate(at)} [${session.replaceAll('-', '').slice(0, 16).toUpperCase()}]`,
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
    reset: 'Reset',
    noop: 'OK',
    verify: 'Cannot verify, but will try to deliver',
    goodbye: 'Goodbye',
    silent: ['4.4.2', 'Too long without a command'],
    accepted: (messageId) => `Delivered ${messageId}`,
  },
}
