import { SECOND } from '../../../core/time.ts'
import { folderUpdates, type QueuedClient, updateLines } from './folder-updates.ts'
import { notifications } from '../notify/notifier.ts'
import { outcomeOf, type ImapReply } from '../reply/reply.ts'
import type { ImapSession } from '../conversation/session.ts'

/** Sends updates to an idling client until it sends a line, and returns the line. */
export async function idleUntilLine(session: ImapSession): Promise<Buffer> {
  const idling = new Idling(session)
  const stop = session.listen(() => idling.wake())
  // There may be updates from before IDLE.
  idling.wake()
  try {
    return await idling.line
  } finally {
    stop()
    idling.stop()
  }
}

/** An idling client. There may be many thousands; each has to be cheap while nothing happens. */
class Idling implements QueuedClient {
  readonly #session: ImapSession
  readonly #over = Promise.withResolvers<void>()
  #received: (() => Buffer) | undefined
  /** Whether it is in the update queue. */
  #due = false
  // Whether an update is being sent, and whether more came meanwhile.
  #sending = false
  #more = false
  #lastSent: number
  /** The time at which the client has been silent for too long. */
  readonly #ends: number
  #stopReminding: () => void

  constructor(session: ImapSession) {
    this.#session = session
    this.#lastSent = session.deps.world.elapsed()
    this.#ends = this.#lastSent + session.silence
    void outcomeOf(session.line()).then((line) => {
      this.#received = line
      if (!this.#sending) this.#over.resolve()
    })
    this.#stopReminding = this.#remind(this.#longSilence)
  }

  /** The client's line, once no update is being sent. */
  get line(): Promise<Buffer> {
    return this.#over.promise.then(() => this.#received!())
  }

  stop(): void {
    this.#stopReminding()
  }

  wake(): void {
    if (this.#due) return
    this.#due = true
    this.#session.updateQueue.add(this)
  }

  run(): void {
    this.#due = false
    // A pipelined command may follow the line and contain message numbers.
    if (this.#received) return
    if (this.#sending) this.#more = true
    else this.#update()
  }

  #update(): void {
    const { selected, dialect, notifier } = this.#session
    try {
      if (notifier || selected?.contexts.any) this.#until(this.#sendAll())
      else if (selected) this.#send(updateLines(selected, { dialect, mayExpunge: true }))
    } catch (thrown) {
      this.#fail(thrown)
    }
  }

  #send(octets: Uint8Array): void {
    if (octets.length === 0) return
    const { outbox, deps } = this.#session
    this.#lastSent = deps.world.elapsed()
    const taken = outbox.send(octets)
    if (taken) this.#until(taken)
  }

  async #sendAll(): Promise<void> {
    const { outbox, deps } = this.#session
    for await (const reply of this.#all()) await outbox.add(reply)
    await outbox.flush()
    this.#lastSent = deps.world.elapsed()
  }

  async *#all(): AsyncGenerator<ImapReply> {
    const { state, notifier } = this.#session
    // RFC 5465 §4: only the events that the client requested with NOTIFY.
    if (notifier) yield* notifications(this.#session, true)
    else if (state.at === 'selected') {
      yield* folderUpdates(this.#session, state.mailbox, state.selected, { mayExpunge: true })
    }
  }

  #until(delivery: Promise<void>): void {
    this.#sending = true
    const done = (): void => {
      this.#sending = false
      if (this.#received) this.#over.resolve()
      else if (this.#more) this.wake()
      this.#more = false
    }
    delivery.catch((thrown: unknown) => this.#fail(thrown)).then(done, done)
  }

  /** Ends the connection after an error, so that the client does not wait for updates in vain. */
  #fail(thrown: unknown): void {
    const { deps, state } = this.#session
    if (state.at === 'gone' || this.#session.isCancelled(thrown)) return
    deps.log.error({ err: thrown }, 'updates for an idling client failed')
    this.#session.bye('Internal server error')
  }

  /** Milliseconds of silence after which a keep-alive line is sent, so that NAT devices keep the connection. */
  get #longSilence(): number {
    return this.#session.deps.settings.keep_alive_seconds * SECOND
  }

  #remind(milliseconds: number): () => void {
    const { world } = this.#session.deps
    return world.after(milliseconds, () => {
      if (world.elapsed() >= this.#ends) return
      const left = this.#lastSent + this.#longSilence - world.elapsed()
      if (left <= 0 && !this.#sending) this.#send(Buffer.from('* OK Still here\r\n', 'latin1'))
      // RFC 5032 §2: the result of a live search may change with time alone.
      if (left <= 0 && this.#session.selected?.contexts.any) this.wake()
      this.#stopReminding = this.#remind(left > 0 ? left : this.#longSilence)
    })
  }
}
