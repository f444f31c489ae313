import { writeDateTime } from '../../codecs/imap/date-time.ts'
import type { ContentItem, FetchItem, PlainItem } from '../../codecs/imap/fetch-items.ts'
import type { Uid } from '../../core/ids.ts'
import type { Mailbox } from '../../domain/mail/types.ts'
import type { Dialect } from './dialect.ts'
import type { Value } from './fetch-content.ts'
import type { Fetched } from './fetched.ts'
import { flagText } from './flag-text.ts'
import type { FolderView } from './folder-view.ts'
import type { Octets, Reply } from './reply.ts'
import { ReplyBuffer } from './reply-buffer.ts'

/** Answers are handed on when there is so much of them. */
const FULL = 128 * 1024
/** Octets that are so many are sent from where they are: a copy would cost more. */
const MANY = 8 * 1024
/** A large value is read and sent in pieces of this size. */
const PIECE = 256 * 1024

/** Writes FETCH answers: small ones are gathered, large values flow through. */
export class FetchWriter {
  readonly #view: FolderView
  readonly #mailbox: Mailbox
  readonly #uidOnly: boolean
  readonly #out = new ReplyBuffer()
  /** What comes before that which is in the buffer. */
  #parts: Uint8Array[] = []
  #octets = 0

  constructor(view: FolderView, mailbox: Mailbox, { uidOnly }: Dialect) {
    this.#view = view
    this.#uidOnly = uidOnly
    this.#mailbox = mailbox
  }

  get full(): boolean {
    return this.#octets + this.#out.length >= FULL
  }

  /** What has been gathered. */
  take(): Octets {
    const parts = [...this.#parts, this.#out.take()]
    this.#parts = []
    this.#octets = 0
    return parts
  }

  /** An answer without content. `message` is there whenever an item needs more than the index holds. */
  plain(uid: Uid, items: readonly FetchItem[], message: Fetched | undefined): void {
    this.#begin(uid)
    for (let at = 0; at < items.length; at++) {
      this.#out.text(at === 0 ? '(' : ' ')
      this.#item(items[at]!.item as PlainItem, uid, message)
    }
    this.#out.text(')\r\n')
  }

  /**
   * An answer with content; `values` are those of the content items, in their order. Gives what has to be sent by and by;
   * the rest is gathered.
   */
  *content(message: Fetched, items: readonly FetchItem[], values: readonly Value[]): Generator<AsyncGenerator<Reply>> {
    const out = this.#out
    let next = 0
    let flowed = false
    this.#begin(message.uid)
    for (const [index, item] of items.entries()) {
      out.text(index === 0 ? '(' : ' ')
      if (item.item !== 'content') {
        this.#item(item.item, message.uid, message)
        continue
      }
      const value = values[next++]!
      out.text(item.label).text(' ')
      if (value.is === 'nil') out.text('NIL')
      else if (item.binary === 'size' && value.is !== 'later') out.number(sizeOf(value))
      else if (value.is === 'octets') this.#value(value.octets, item)
      else {
        flowed = true
        yield value.is === 'place' ? this.#flow(message, value.place) : this.#late(value.read, item)
      }
    }
    out.text(')\r\n')
    if (flowed) yield this.#end()
  }

  #begin(uid: Uid): void {
    // RFC 9586 §3.4: the UID stands in the place of the number.
    if (this.#uidOnly) this.#out.text('* ').number(uid).text(' UIDFETCH ')
    else this.#out.text('* ').number(this.#view.seqOf(uid)).text(' FETCH ')
  }

  #item(item: PlainItem, uid: Uid, message: Fetched | undefined): void {
    const out = this.#out
    out.text(item).text(' ')
    switch (item) {
      case 'UID':
        return void out.number(uid)
      case 'MODSEQ':
        return void out.text('(').number(this.#modSeq(uid)).text(')')
      case 'FLAGS':
        return void out.text(this.#flags(uid))
      case 'EMAILID':
        return void out.text(`(${message!.emailId})`)
      case 'THREADID':
        return void out.octets(message!.threadId)
      // RFC 8514 §4.2: there is none of a message that is older than their keeping.
      case 'SAVEDATE':
        return void out.text(message!.savedAt === undefined ? 'NIL' : writeDateTime({ at: message!.savedAt, zone: 0 }))
      case 'RFC822.SIZE':
        return void out.number(message!.octets)
      case 'INTERNALDATE':
        return void out.octets(message!.internalDate)
      case 'ENVELOPE':
        return void out.octets(message!.envelope)
      case 'BODY':
        return void out.octets(message!.body)
      case 'BODYSTRUCTURE':
        return void out.octets(message!.bodyStructure)
    }
  }

  #flags(uid: Uid): string {
    const { index } = this.#view
    const position = index.positionOf(uid)
    // It went while its content was read.
    return position < 0 ? '()' : flagText(index.flagsAt(position), this.#view.isRecent(uid))
  }

  #modSeq(uid: Uid): number {
    const { index } = this.#view
    const position = index.positionOf(uid)
    return position < 0 ? index.highestModSeq : index.modSeqAt(position)
  }

  #value(octets: Buffer, { binary }: ContentItem): void {
    if (octets.length === 0) this.#out.text('""')
    // RFC 3516 §4.2: a NUL has no place in a plain literal.
    else if (binary && octets.includes(0)) {
      this.#out.text('~')
      this.#literal(octets)
    } else this.#literal(octets)
  }

  #literal(octets: Buffer): void {
    const out = this.#out.text('{').number(octets.length).text('}\r\n')
    if (octets.length < MANY) return void out.octets(octets)
    const before = out.take()
    this.#parts.push(before, octets)
    this.#octets += before.length + octets.length
  }

  async *#late(read: () => Promise<Buffer>, item: ContentItem): AsyncGenerator<Reply> {
    const octets = await read()
    if (item.binary === 'size') this.#out.number(octets.length)
    else this.#value(octets, item)
    yield { piece: this.take(), last: false }
  }

  async *#end(): AsyncGenerator<Reply> {
    yield { piece: this.take(), last: true }
  }

  async *#flow(message: Fetched, { start, end }: { start: number; end: number }): AsyncGenerator<Reply> {
    const announced = end - start
    this.#out.text('{').number(announced).text('}\r\n')
    yield { piece: this.take(), last: false }
    for (let at = start; at < end; at += PIECE) {
      const until = Math.min(at + PIECE, end)
      const piece = await this.#mailbox.content(message.blob, at, until)
      // RFC 3501 §4.3: what was announced is what is sent.
      if (piece.length !== until - at) throw new Error('A message is shorter than its row says')
      yield { piece, last: false }
    }
  }
}

const sizeOf = (value: Exclude<Value, { is: 'nil' | 'later' }>): number =>
  value.is === 'octets' ? value.octets.length : value.place.end - value.place.start
