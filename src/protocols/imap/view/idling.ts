import { SECOND } from '../../../core/duration.ts'
import { updateLines, folderUpdates } from './folder-updates.ts'
import { notifications } from '../notify/notifier.ts'
import { outcomeOf, type ImapReply } from '../reply/reply.ts'
import type { ImapSession } from '../conversation/session.ts'
import type { QueuedClient } from './update-queue.ts'

/** Tells the client what there is to tell until it says something. */
export async function idleUntilLine(session: ImapSession): Promise<Buffer> {
  const idling = new Idling(session)
  const stop = session.listen(() => idling.wake())
  // What came before that has not been told either.
  idling.wake()
  try {
    return await idling.line
  } finally {
    stop()
    idling.stop()
  }
}

/** A client that waits to be told. There may be very many, and nearly all the time nothing happens to any of them. */
class Idling implements QueuedClient {
  readonly #session: ImapSession
  readonly #over = Promise.withResolvers<void>()
  #heard: (() => Buffer) | undefined
  /** Whether its turn is to come. */
  #due = false
  /** Whether the client has yet to take what it is being told, and whether there was more meanwhile. */
  #telling = false
  #more = false
  #lastSaid: number
  /** When the client will have been silent for too long. */
  readonly #ends: number
  #stopReminding: () => void

  constructor(session: ImapSession) {
    this.#session = session
    this.#lastSaid = session.deps.world.now()
    this.#ends = this.#lastSaid + session.silence
    void outcomeOf(session.line()).then((line) => {
      this.#heard = line
      if (!this.#telling) this.#over.resolve()
    })
    this.#stopReminding = this.#remind(this.#longSilence)
  }

  /** What the client says, once nothing is being told any more. */
  get line(): Promise<Buffer> {
    return this.#over.promise.then(() => this.#heard!())
  }

  stop(): void {
    this.#stopReminding()
  }

  wake(): void {
    if (this.#due) return
    this.#due = true
    this.#session.updateQueue.add(this)
  }

  turn(): void {
    this.#due = false
    // After what was heard there may be a command with numbers in it, sent ahead.
    if (this.#heard) return
    if (this.#telling) this.#more = true
    else this.#tell()
  }

  #tell(): void {
    const { selected, dialect, notifier } = this.#session
    try {
      if (notifier || selected?.contexts.any) this.#until(this.#sayAll())
      else if (selected) this.#say(updateLines(selected, { dialect, mayExpunge: true }))
    } catch (thrown) {
      this.#fail(thrown)
    }
  }

  #say(octets: Uint8Array): void {
    if (octets.length === 0) return
    const { outbox, deps } = this.#session
    this.#lastSaid = deps.world.now()
    const taken = outbox.say(octets)
    if (taken) this.#until(taken)
  }

  async #sayAll(): Promise<void> {
    const { outbox, deps } = this.#session
    for await (const reply of this.#all()) await outbox.add(reply)
    await outbox.flush()
    this.#lastSaid = deps.world.now()
  }

  async *#all(): AsyncGenerator<ImapReply> {
    const { state, notifier } = this.#session
    // RFC 5465 §4: what was asked for with NOTIFY, and nothing else.
    if (notifier) yield* notifications(this.#session, true)
    else if (state.at === 'selected') {
      yield* folderUpdates(this.#session, state.mailbox, state.selected, { mayExpunge: true })
    }
  }

  #until(told: Promise<void>): void {
    this.#telling = true
    const done = (): void => {
      this.#telling = false
      if (this.#heard) this.#over.resolve()
      else if (this.#more) this.wake()
      this.#more = false
    }
    told.catch((thrown: unknown) => this.#fail(thrown)).then(done, done)
  }

  /** The client must not go on waiting for what it would not be told. */
  #fail(thrown: unknown): void {
    const { deps, state } = this.#session
    if (state.at === 'gone' || this.#session.calledOff(thrown)) return
    deps.log.error({ err: thrown }, 'an idling client could not be told')
    this.#session.bye('Something went wrong here')
  }

  /** Milliseconds without a word after which NAT devices might forget the connection. */
  get #longSilence(): number {
    return this.#session.deps.settings.keep_alive_seconds * SECOND
  }

  #remind(milliseconds: number): () => void {
    const { world } = this.#session.deps
    return world.after(milliseconds, () => {
      if (world.now() >= this.#ends) return
      const left = this.#lastSaid + this.#longSilence - world.now()
      if (left <= 0 && !this.#telling) this.#say(Buffer.from('* OK Still here\r\n', 'latin1'))
      // RFC 5032 §2: what fits may change with the time alone.
      if (left <= 0 && this.#session.selected?.contexts.any) this.wake()
      this.#stopReminding = this.#remind(left > 0 ? left : this.#longSilence)
    })
  }
}
