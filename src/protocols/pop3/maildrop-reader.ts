import type { OctetBudget } from '../../core/octet-budget.ts'
import type { Mailbox } from '../../domain/mail/types.ts'
import type { MaildropMessage, Maildrop, MessageNumber } from './maildrop.ts'

/** Octets of a message that are read at a time if the message was not read ahead. */
const PIECE = 64 * 1024
/** Size of each of the two buffers for messages that are read ahead, which are used by turns. */
const MEMORY = 512 * 1024
/** The largest message that is read ahead: a buffer has space for more than one. */
const READ_AHEAD = 384 * 1024
/** Maximum number of messages in one run. */
const LONGEST_RUN = 1024

interface MaildropReaderOptions {
  readonly mailbox: Mailbox
  readonly drop: Maildrop
  /** The memory budget for messages that are read ahead; all connections share it. */
  readonly budget: OctetBudget
  /** The caller that the budget is charged to. */
  readonly caller: string
  /** Resolves when the socket holds nothing of the replies so far. */
  readonly sent: () => Promise<void>
}

/** Consecutive messages that are read ahead, for a client that retrieves one after another. */
interface Run {
  readonly messages: readonly MaildropMessage[]
  readonly contents: AsyncGenerator<readonly Buffer[], void, undefined>
  readonly release: () => void
  /** Number of messages that were returned. */
  given: number
  ready: readonly Buffer[]
  /** Number of messages in `ready` that were returned. */
  used: number
}

/**
 * Reads messages. For a client that retrieves one after another, the reader reads many at a time, and reuses the same
 * buffers.
 */
export class MaildropReader {
  readonly #options: MaildropReaderOptions
  /** The number of the message after the last one that was read. */
  #next = 1
  #run: Run | undefined

  constructor(options: MaildropReaderOptions) {
    this.#options = options
  }

  /**
   * Gives the octets of a message: complete, and then valid until the next call, or piece by piece. Refuses
   * `no-such-thing` if the message was removed in the meantime, and `damaged`.
   */
  async read(number: MessageNumber): Promise<Buffer | AsyncGenerator<Buffer>> {
    const { mailbox, drop } = this.#options
    const message = drop.message(number)
    const inOrder = number === this.#next
    this.#next = number + 1
    if (!inOrder) this.stop()
    else if (message.octets <= READ_AHEAD) {
      const octets = await this.#ahead(number, message)
      if (octets) return octets
    }
    if (message.octets <= PIECE) return mailbox.content(message.blob)
    // Reading a part does not verify the checksum, and a reply that has begun cannot be refused.
    await mailbox.checkContent(message.blob)
    return inPieces(mailbox, message)
  }

  /** Discards what was read ahead, and returns its memory to the budget. */
  stop(): void {
    const run = this.#run
    if (!run) return
    this.#run = undefined
    run.release()
    void run.contents.return()
  }

  /** Undefined if the message is not read ahead, or could not be: reading it alone then gives the reason. */
  async #ahead(number: MessageNumber, message: MaildropMessage): Promise<Buffer | undefined> {
    if (this.#run?.messages[this.#run.given] !== message) this.#begin(number)
    const run = this.#run
    if (!run) return undefined
    try {
      if (run.used === run.ready.length) await this.#more(run)
    } catch {
      this.stop()
      return undefined
    }
    if (++run.given === run.messages.length) this.stop()
    return run.ready[run.used++]
  }

  /** The next buffer must have been sent before it is filled again. */
  async #more(run: Run): Promise<void> {
    await this.#options.sent()
    run.ready = (await run.contents.next()).value ?? []
    run.used = 0
  }

  #begin(number: MessageNumber): void {
    this.stop()
    const { mailbox, budget, caller } = this.#options
    const messages = this.#following(number)
    const release = messages.length > 1 ? budget.tryTakeAll(2 * MEMORY, caller) : undefined
    if (!release) return
    const pieces = messages.map(({ blob, octets }) => ({ blob, start: 0, end: octets }))
    // Each run has its own buffers: a read into those of a stopped run may still be pending.
    const memory = [Buffer.allocUnsafeSlow(MEMORY), Buffer.allocUnsafeSlow(MEMORY)] as const
    const contents = mailbox.contents(pieces, memory)
    this.#run = { messages, contents, release, given: 0, ready: [], used: 0 }
  }

  /** The message and the following ones, up to the first that is too large. */
  #following(number: MessageNumber): readonly MaildropMessage[] {
    const messages: MaildropMessage[] = []
    for (const message of this.#options.drop.from(number)) {
      if (message.octets > READ_AHEAD || messages.length === LONGEST_RUN) break
      messages.push(message)
    }
    return messages
  }
}

async function* inPieces(mailbox: Mailbox, { blob, octets }: MaildropMessage): AsyncGenerator<Buffer> {
  for (let start = 0; start < octets; start += PIECE) {
    yield await mailbox.content(blob, start, Math.min(octets, start + PIECE))
  }
}
