import type { Brand, FolderId, Uid } from '../../core/ids.ts'
import { isRefusedFor, refuse } from '../../core/refusal.ts'
import type { Flags, Mailbox, Message, OpenFolder, systemFlags } from '../../domain/mail/types.ts'

/** RFC 1939 §5: counted from 1 when the maildrop was opened, and the same until it is closed. */
export type MessageNumber = Brand<number, 'MessageNumber'>

/** What a session keeps of a message. `lineOctets` is what RETR sends, before dots are doubled. */
export type MaildropMessage = Pick<Message, 'uid' | 'blob' | 'octets' | 'lineOctets'>

const SEEN: (typeof systemFlags)['\\Seen'] = 1
const seen: Flags = { system: SEEN, keywords: [] }

/** The inbox as it was at sign-in, oldest first, for one session alone, and the marks that were made on it since. */
export class Maildrop {
  readonly #mailbox: Mailbox
  readonly #inbox: OpenFolder
  readonly #letters: readonly MaildropMessage[]
  readonly #unlock: () => void
  readonly #deleted = new Set<MessageNumber>()
  #octets: number

  private constructor(mailbox: Mailbox, inbox: OpenFolder, letters: readonly MaildropMessage[], unlock: () => void) {
    this.#mailbox = mailbox
    this.#inbox = inbox
    this.#letters = letters
    this.#unlock = unlock
    this.#octets = sum(letters)
  }

  /** RFC 1939 §4: under an exclusive lock. Refuses `busy` while another session has it. */
  static async open(mailbox: Mailbox): Promise<Maildrop> {
    const unlock = (await mailbox.lockMaildrop()) ?? refuse('busy', 'The maildrop is in use by another session')
    let inbox: OpenFolder | undefined
    try {
      const folder = (await mailbox.folder('Inbox')) ?? refuse('no-such-thing', 'There is no inbox')
      inbox = await mailbox.open(folder.id)
      return new Maildrop(mailbox, inbox, await lettersOf(mailbox, inbox), unlock)
    } catch (thrown) {
      inbox?.close()
      unlock()
      throw thrown
    }
  }

  /** Gives the lock back. */
  close(): void {
    this.#inbox.close()
    this.#unlock()
  }

  /** Messages that are not marked. */
  get count(): number {
    return this.#letters.length - this.#deleted.size
  }

  /** Their octets. */
  get octets(): number {
    return this.#octets
  }

  /** Numbers that are not marked, in ascending order. */
  *numbers(): Iterable<MessageNumber> {
    for (let n = 1; n <= this.#letters.length; n++) {
      if (!this.#deleted.has(n as MessageNumber)) yield n as MessageNumber
    }
  }

  /** Refuses `no-such-thing` for a number that is not there or is marked. */
  number(n: number): MessageNumber {
    const number = n as MessageNumber
    if (this.#letters[n - 1] === undefined) refuse('no-such-thing', 'There is no such message')
    if (this.#deleted.has(number)) refuse('no-such-thing', 'That message is marked as deleted')
    return number
  }

  size(number: MessageNumber): number {
    return this.#at(number).lineOctets
  }

  /** RFC 1939 §7, UIDL: the same in every session, and never given again. */
  uniqueId(number: MessageNumber): string {
    return hex(this.#inbox.index.uidValidity) + hex(this.#at(number).uid)
  }

  /** Refuses `no-such-thing` when somebody else has removed it meanwhile. */
  message(number: MessageNumber): MaildropMessage {
    const letter = this.#at(number)
    const there = this.#inbox.index.positionOf(letter.uid) >= 0
    return there ? letter : refuse('no-such-thing', 'That message is no longer there')
  }

  /** Those with this number and the next ones. */
  *from(number: MessageNumber): Iterable<MaildropMessage> {
    for (let n: number = number; n <= this.#letters.length; n++) yield this.#at(n as MessageNumber)
  }

  /** A disk that is full can be read from all the same, without a trace. */
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
    this.#octets = sum(this.#letters)
  }

  /** RFC 1939 §6: removes what is marked, all of it or nothing. */
  async update(): Promise<void> {
    if (this.#deleted.size === 0) return
    const uids = [...this.#deleted].sort((a, b) => a - b).map((number) => this.#at(number).uid)
    await this.#mailbox.remove(this.#folder, uids)
  }

  get #folder(): FolderId {
    return this.#inbox.index.folder
  }

  #at(number: MessageNumber): MaildropMessage {
    return this.#letters[number - 1]!
  }
}

async function lettersOf(mailbox: Mailbox, { index }: OpenFolder): Promise<MaildropMessage[]> {
  const uids: Uid[] = Array.from({ length: index.count }, (_, position) => index.uidAt(position))
  const letters: MaildropMessage[] = []
  for await (const chunk of mailbox.metadata(index.folder, uids, ['blob'])) {
    for (const uid of chunk.uids) {
      const blob = chunk.text('blob', uid) as MaildropMessage['blob']
      letters.push({ uid, blob, octets: chunk.octets(uid), lineOctets: chunk.lineOctets(uid) })
    }
  }
  return letters
}

const sum = (letters: readonly MaildropMessage[]): number =>
  letters.reduce((total, { lineOctets }) => total + lineOctets, 0)
const hex = (n: number): string => n.toString(16).padStart(8, '0')
