import type { Brand, FolderId, Uid } from '../../core/ids.ts'
import type { OctetBudget } from '../../core/octet-budget.ts'
import { isRefusedFor, refuse } from '../../core/refusal.ts'
import type { Flags, Mailbox, MaildropLock, Message, OpenFolder, systemFlags } from '../../domain/mail/types.ts'

/** RFC 1939 §5: assigned from 1 when the session opens the maildrop, and fixed until it closes it. */
type MessageNumber = Brand<number, 'MessageNumber'>

/** The data of a message that a session keeps. `lineOctets`: the octets that RETR sends, without byte-stuffing. */
export type MaildropMessage = Pick<Message, 'uid' | 'blob' | 'octets' | 'lineOctets'>

const SEEN: (typeof systemFlags)['\\Seen'] = 1
const seen: Flags = { system: SEEN, keywords: [] }

/** The inbox as it was at sign-in, oldest message first, and the messages that this session has marked as deleted. */
export class Maildrop {
  readonly #mailbox: Mailbox
  readonly #inbox: OpenFolder
  readonly #messages: readonly MaildropMessage[]
  readonly #lock: MaildropLock
  readonly #deleted = new Set<MessageNumber>()
  #octets: number

  private constructor(mailbox: Mailbox, inbox: OpenFolder, messages: readonly MaildropMessage[], lock: MaildropLock) {
    this.#mailbox = mailbox
    this.#inbox = inbox
    this.#messages = messages
    this.#lock = lock
    this.#octets = sum(messages)
  }

  /** RFC 1939 §4: takes an exclusive lock. Refuses `busy` while another session has it. */
  static async open(mailbox: Mailbox): Promise<Maildrop> {
    const lock = (await mailbox.lockMaildrop()) ?? refuse('busy', 'The maildrop is in use by another session')
    let inbox: OpenFolder | undefined
    try {
      const folder = (await mailbox.folder('Inbox')) ?? refuse('no-such-thing', 'There is no inbox')
      inbox = await mailbox.open(folder.id)
      return new Maildrop(mailbox, inbox, await messagesOf(mailbox, inbox), lock)
    } catch (thrown) {
      inbox?.close()
      lock.release()
      throw thrown
    }
  }

  /** Aborted when the lock was lost. The session must end. */
  get lost(): AbortSignal {
    return this.#lock.lost
  }

  /** Releases the lock. */
  close(): void {
    this.#inbox.close()
    this.#lock.release()
  }

  /** Number of messages that are not marked as deleted. */
  get count(): number {
    return this.#messages.length - this.#deleted.size
  }

  /** Octets of the messages that are not marked as deleted. */
  get octets(): number {
    return this.#octets
  }

  /** Numbers of the messages that are not marked as deleted, in ascending order. */
  *numbers(): Iterable<MessageNumber> {
    for (let n = 1; n <= this.#messages.length; n++) {
      if (!this.#deleted.has(n as MessageNumber)) yield n as MessageNumber
    }
  }

  /** Refuses `no-such-thing` for a number without a message, or of a message that is marked as deleted. */
  number(n: number): MessageNumber {
    const number = n as MessageNumber
    if (this.#messages[n - 1] === undefined) refuse('no-such-thing', 'There is no such message')
    if (this.#deleted.has(number)) refuse('no-such-thing', 'That message is marked as deleted')
    return number
  }

  size(number: MessageNumber): number {
    return this.#at(number).lineOctets
  }

  /** RFC 1939 §7, UIDL: the same in every session, and never reused. */
  uniqueId(number: MessageNumber): string {
    return hex(this.#inbox.index.uidValidity) + hex(this.#at(number).uid)
  }

  /** Refuses `no-such-thing` if another client has removed the message in the meantime. */
  message(number: MessageNumber): MaildropMessage {
    const message = this.#at(number)
    const exists = this.#inbox.index.positionOf(message.uid) >= 0
    return exists ? message : refuse('no-such-thing', 'That message was removed in the meantime')
  }

  /** The message with this number and the following ones. */
  *from(number: MessageNumber): Iterable<MaildropMessage> {
    for (let n: number = number; n <= this.#messages.length; n++) yield this.#at(n as MessageNumber)
  }

  /** Does nothing if the disk is full: reading goes on without the flag. */
  async markSeen(number: MessageNumber): Promise<void> {
    try {
      await this.#mailbox.store(this.#folder, [this.#at(number).uid], { mode: 'add', flags: seen })
    } catch (thrown) {
      if (!isRefusedFor('no-room', thrown)) throw thrown
    }
  }

  markDeleted(number: MessageNumber): void {
    this.#deleted.add(number)
    this.#octets -= this.size(number)
  }

  unmarkAll(): void {
    this.#deleted.clear()
    this.#octets = sum(this.#messages)
  }

  /** RFC 1939 §6: removes the marked messages, all or none. */
  async update(): Promise<void> {
    if (this.#deleted.size === 0) return
    const uids = [...this.#deleted].sort((a, b) => a - b).map((number) => this.#at(number).uid)
    await this.#mailbox.remove(this.#folder, uids, this.#lock)
  }

  get #folder(): FolderId {
    return this.#inbox.index.folder
  }

  #at(number: MessageNumber): MaildropMessage {
    return this.#messages[number - 1]!
  }
}

async function messagesOf(mailbox: Mailbox, { index }: OpenFolder): Promise<MaildropMessage[]> {
  const uids: Uid[] = Array.from({ length: index.count }, (_, position) => index.uidAt(position))
  const messages: MaildropMessage[] = []
  for await (const chunk of mailbox.metadata(index.folder, uids, ['blob'])) {
    for (const uid of chunk.uids) {
      const blob = chunk.text('blob', uid) as MaildropMessage['blob']
      messages.push({ uid, blob, octets: chunk.octets(uid), lineOctets: chunk.lineOctets(uid) })
    }
  }
  return messages
}

const sum = (messages: readonly MaildropMessage[]): number =>
  messages.reduce((total, { lineOctets }) => total + lineOctets, 0)
const hex = (n: number): string => n.toString(16).padStart(8, '0')

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
