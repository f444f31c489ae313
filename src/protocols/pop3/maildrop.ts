import type { Brand, FolderId, Uid } from '../../core/ids.ts'
import { refuse } from '../../core/refusal.ts'
import type { Flags, Mailbox, Message, systemFlags } from '../../domain/mail/types.ts'

/** RFC 1939 §5: counted from 1 when the maildrop was opened, and the same until it is closed. */
export type MessageNumber = Brand<number, 'MessageNumber'>

interface Entry {
  readonly uid: Uid
  /** What RETR sends, before dots are doubled. */
  readonly octets: number
}

const SEEN: (typeof systemFlags)['\\Seen'] = 1
const seen: Flags = { system: SEEN, keywords: [] }

/** How many messages are looked up at a time. */
const BATCH = 500

/** The inbox as it was at sign-in, oldest first, and the marks that were made on it since. */
export class Maildrop {
  readonly #mailbox: Mailbox
  readonly #folder: FolderId
  readonly #uidValidity: number
  readonly #entries: readonly Entry[]
  readonly #deleted = new Set<MessageNumber>()
  #octets: number

  private constructor(mailbox: Mailbox, folder: FolderId, uidValidity: number, entries: readonly Entry[]) {
    this.#mailbox = mailbox
    this.#folder = folder
    this.#uidValidity = uidValidity
    this.#entries = entries
    this.#octets = sum(entries)
  }

  static async open(mailbox: Mailbox): Promise<Maildrop> {
    const inbox = (await mailbox.folder('Inbox')) ?? refuse('no-such-thing', 'There is no inbox')
    const { uidValidity, uids } = await uidsOf(mailbox, inbox.id)
    const entries: Entry[] = []
    for (let start = 0; start < uids.length; start += BATCH) {
      const messages = await mailbox.messages(inbox.id, uids.slice(start, start + BATCH))
      for (const { uid, lineOctets } of messages) entries.push({ uid, octets: lineOctets })
    }
    return new Maildrop(mailbox, inbox.id, uidValidity, entries)
  }

  /** Messages that are not marked. */
  get count(): number {
    return this.#entries.length - this.#deleted.size
  }

  /** Their octets. */
  get octets(): number {
    return this.#octets
  }

  /** Numbers that are not marked, in ascending order. */
  *numbers(): Iterable<MessageNumber> {
    for (let n = 1; n <= this.#entries.length; n++) {
      if (!this.#deleted.has(n as MessageNumber)) yield n as MessageNumber
    }
  }

  /** Refuses `no-such-thing` for a number that is not there or is marked. */
  number(n: number): MessageNumber {
    const number = n as MessageNumber
    if (this.#entries[n - 1] === undefined) refuse('no-such-thing', 'There is no such message')
    if (this.#deleted.has(number)) refuse('no-such-thing', 'That message is marked as deleted')
    return number
  }

  size(number: MessageNumber): number {
    return this.#at(number).octets
  }

  /** RFC 1939 §7, UIDL: the same in every session, and never given again. */
  uniqueId(number: MessageNumber): string {
    return hex(this.#uidValidity) + hex(this.#at(number).uid)
  }

  /** Refuses `no-such-thing` when somebody else has removed it meanwhile. */
  async message(number: MessageNumber): Promise<Message> {
    const [message] = await this.#mailbox.messages(this.#folder, [this.#at(number).uid])
    return message ?? refuse('no-such-thing', 'That message is no longer there')
  }

  async markSeen(number: MessageNumber): Promise<void> {
    await this.#mailbox.store(this.#folder, [this.#at(number).uid], { mode: 'add', flags: seen })
  }

  markDeleted(number: MessageNumber): void {
    this.#deleted.add(number)
    this.#octets -= this.size(number)
  }

  unmarkAll(): void {
    this.#deleted.clear()
    this.#octets = sum(this.#entries)
  }

  /** RFC 1939 §6: removes what is marked, all of it or nothing. */
  async update(): Promise<void> {
    if (this.#deleted.size === 0) return
    const uids = [...this.#deleted].sort((a, b) => a - b).map((number) => this.#at(number).uid)
    await this.#mailbox.remove(this.#folder, uids)
  }

  #at(number: MessageNumber): Entry {
    return this.#entries[number - 1]!
  }
}

async function uidsOf(mailbox: Mailbox, folder: FolderId): Promise<{ uidValidity: number; uids: Uid[] }> {
  const open = await mailbox.open(folder)
  const { index } = open
  const uids = Array.from({ length: index.count }, (_, position) => index.uidAt(position))
  open.close()
  return { uidValidity: index.uidValidity, uids }
}

const sum = (entries: readonly Entry[]): number => entries.reduce((total, { octets }) => total + octets, 0)
const hex = (n: number): string => n.toString(16).padStart(8, '0')
