import type { Brand, FolderId, Uid } from '../../core/ids.ts'
import { isRefusedFor, refuse } from '../../core/refusal.ts'
import type { Flags, Mailbox, Message, OpenFolder, systemFlags } from '../../domain/mail/types.ts'

/** RFC 1939 §5: assigned from 1 when the session opens the maildrop, and fixed until it closes it. */
export type MessageNumber = Brand<number, 'MessageNumber'>

/** The data of a message that a session keeps. `lineOctets`: the octets that RETR sends, without byte-stuffing. */
export type MaildropMessage = Pick<Message, 'uid' | 'blob' | 'octets' | 'lineOctets'>

const SEEN: (typeof systemFlags)['\\Seen'] = 1
const seen: Flags = { system: SEEN, keywords: [] }

/** The inbox as it was at sign-in, oldest message first, and the messages that this session has marked as deleted. */
export class Maildrop {
  readonly #mailbox: Mailbox
  readonly #inbox: OpenFolder
  readonly #messages: readonly MaildropMessage[]
  readonly #unlock: () => void
  readonly #deleted = new Set<MessageNumber>()
  #octets: number

  private constructor(mailbox: Mailbox, inbox: OpenFolder, messages: readonly MaildropMessage[], unlock: () => void) {
    this.#mailbox = mailbox
    this.#inbox = inbox
    this.#messages = messages
    this.#unlock = unlock
    this.#octets = sum(messages)
  }

  /** RFC 1939 §4: takes an exclusive lock. Refuses `busy` while another session has it. */
  static async open(mailbox: Mailbox): Promise<Maildrop> {
    const unlock = (await mailbox.lockMaildrop()) ?? refuse('busy', 'The maildrop is in use by another session')
    let inbox: OpenFolder | undefined
    try {
      const folder = (await mailbox.folder('Inbox')) ?? refuse('no-such-thing', 'There is no inbox')
      inbox = await mailbox.open(folder.id)
      return new Maildrop(mailbox, inbox, await messagesOf(mailbox, inbox), unlock)
    } catch (thrown) {
      inbox?.close()
      unlock()
      throw thrown
    }
  }

  /** Releases the lock. */
  close(): void {
    this.#inbox.close()
    this.#unlock()
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
    await this.#mailbox.remove(this.#folder, uids)
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
