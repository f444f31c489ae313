import type { OctetBudget } from '../../core/octet-budget.ts'
import type { Mailbox } from '../../domain/mail/types.ts'
import type { MaildropMessage, Maildrop, MessageNumber } from './maildrop.ts'

/** The most that is read of a message at a time, where it was not read ahead. */
const PIECE = 64 * 1024
/** What is read ahead goes into two memories of this size by turns. */
const MEMORY = 512 * 1024
/** Messages up to here are read ahead: one of them leaves room in a memory. */
const READ_AHEAD = 384 * 1024
/** How many messages are looked at in one go for what to read ahead. */
const MOST = 1024

interface Reading {
  readonly mailbox: Mailbox
  readonly drop: Maildrop
  /** What all connections may hold of messages that were not asked for yet. */
  readonly budget: OctetBudget
  /** For whom the budget is charged. */
  readonly caller: string
  /** Resolves when the client has been sent all that was said so far. */
  readonly sent: () => Promise<void>
}

/** Messages that are read ahead, in their order, for a client that takes one after another. */
interface Run {
  readonly letters: readonly MaildropMessage[]
  readonly contents: AsyncGenerator<readonly Buffer[], void, undefined>
  readonly giveBack: () => void
  /** How many of the letters were given. */
  given: number
  ready: readonly Buffer[]
  /** How many of those that lie ready were given. */
  used: number
}

/** Reads messages. For a client that takes one after another they are read many at a time, into the same memory again and again. */
export class MaildropReader {
  readonly #reading: Reading
  /** The number with which the client would go on. */
  #next = 1
  #run: Run | undefined

  constructor(reading: Reading) {
    this.#reading = reading
  }

  /**
   * A message's octets: whole, and then good until another is read, or piece by piece. Refuses `no-such-thing` when it is
   * no longer there, and `damaged`.
   */
  async read(number: MessageNumber): Promise<Buffer | AsyncGenerator<Buffer>> {
    const { mailbox, drop } = this.#reading
    const letter = drop.message(number)
    const goesOn = number === this.#next
    this.#next = number + 1
    if (!goesOn) this.stop()
    else if (letter.octets <= READ_AHEAD) {
      const octets = await this.#ahead(number, letter)
      if (octets) return octets
    }
    if (letter.octets <= PIECE) return mailbox.content(letter.blob)
    // A part is not checked against the checksum, and half a reply cannot be taken back.
    await mailbox.checkContent(letter.blob)
    return inPieces(mailbox, letter)
  }

  /** Lets go of what was read ahead. */
  stop(): void {
    const run = this.#run
    if (!run) return
    this.#run = undefined
    run.giveBack()
    void run.contents.return()
  }

  /** Undefined where it is not read ahead, or could not be: whoever asks again hears why. */
  async #ahead(number: MessageNumber, letter: MaildropMessage): Promise<Buffer | undefined> {
    if (this.#run?.letters[this.#run.given] !== letter) this.#begin(number)
    const run = this.#run
    if (!run) return undefined
    try {
      if (run.used === run.ready.length) await this.#more(run)
    } catch {
      this.stop()
      return undefined
    }
    if (++run.given === run.letters.length) this.stop()
    return run.ready[run.used++]
  }

  /** What lies in the memory that is read into next has to have been sent before. */
  async #more(run: Run): Promise<void> {
    await this.#reading.sent()
    run.ready = (await run.contents.next()).value ?? []
    run.used = 0
  }

  #begin(number: MessageNumber): void {
    this.stop()
    const { mailbox, budget, caller } = this.#reading
    const letters = this.#following(number)
    const giveBack = letters.length > 1 ? budget.tryTakeAll(2 * MEMORY, caller) : undefined
    if (!giveBack) return
    const pieces = letters.map(({ blob, octets }) => ({ blob, start: 0, end: octets }))
    // Another run has other memory: into this one something may be read still when it is let go of.
    const memory = [Buffer.allocUnsafeSlow(MEMORY), Buffer.allocUnsafeSlow(MEMORY)] as const
    const contents = mailbox.contents(pieces, memory)
    this.#run = { letters, contents, giveBack, given: 0, ready: [], used: 0 }
  }

  /** The message and those after it, up to the first that is too large. */
  #following(number: MessageNumber): readonly MaildropMessage[] {
    const letters: MaildropMessage[] = []
    for (const letter of this.#reading.drop.from(number)) {
      if (letter.octets > READ_AHEAD || letters.length === MOST) break
      letters.push(letter)
    }
    return letters
  }
}

async function* inPieces(mailbox: Mailbox, { blob, octets }: MaildropMessage): AsyncGenerator<Buffer> {
  for (let start = 0; start < octets; start += PIECE) {
    yield await mailbox.content(blob, start, Math.min(octets, start + PIECE))
  }
}
