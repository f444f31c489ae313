import { writeDateTime } from '../../../codecs/imap/date-time.ts'
import type { ContentItem, FetchItem, PlainItem } from '../../../codecs/imap/fetch-items.ts'
import type { Uid } from '../../../core/ids.ts'
import type { Mailbox, MetadataChunk } from '../../../domain/mail/types.ts'
import type { ImapDialect } from '../dialect.ts'
import { flagText } from '../reply/flag-text.ts'
import { ReplyBuffer } from '../reply/reply-buffer.ts'
import type { ImapReply } from '../reply/reply.ts'
import { keywordLinesFor, type KeywordView } from '../view/change-writer.ts'
import type { FolderView } from '../view/folder-view.ts'
import { type FetchedMessage, type FetchedValue, partOf } from './fetch-content.ts'

/** Replies are yielded at this size, in octets. */
const FULL = 128 * 1024
/** Larger values are sent from their own buffer, since a copy would cost more. */
const MANY = 8 * 1024
/** A large value is read and sent in pieces of this size, in octets. */
const PIECE = 256 * 1024

/** The layout of the responses to one FETCH: items, and the text before the value of each. */
export interface AnswerPlan {
  readonly steps: readonly { readonly before: string; readonly item: FetchItem }[]
  readonly withFlags: boolean
}

export const planOf = (items: readonly FetchItem[]): AnswerPlan => ({
  steps: items.map((item, at) => ({
    before: `${at === 0 ? '(' : ' '}${item.item === 'content' ? item.label : item.item} `,
    item,
  })),
  withFlags: items.some(({ item }) => item === 'FLAGS'),
})

/** Writes FETCH responses. Small ones are gathered; large values are streamed. */
export class FetchWriter {
  readonly #mailbox: Mailbox
  readonly #out = new ReplyBuffer()
  readonly #plain: PlainItems
  /** Output before the content of the buffer. */
  #parts: Uint8Array[] = []
  #octets = 0

  constructor(selected: KeywordView, mailbox: Mailbox, dialect: ImapDialect) {
    this.#mailbox = mailbox
    this.#plain = new PlainItems(this.#out, selected, dialect)
  }

  get full(): boolean {
    return this.#octets + this.#out.length >= FULL
  }

  /** Returns the gathered output. */
  take(): readonly Uint8Array[] {
    const parts = [...this.#parts, this.#out.take()]
    this.#parts = []
    this.#octets = 0
    return parts
  }

  /** Reuses the memory of taken output, which has been sent. */
  reuse(): void {
    this.#out.reuse()
  }

  /** Sets the metadata of the next messages. Needed if an item requires more than the index holds. */
  from(chunk: MetadataChunk): void {
    this.#plain.from(chunk)
  }

  /** Writes a response without content items. */
  plain(uid: Uid, plan: AnswerPlan): void {
    this.#plain.begin(uid, plan.withFlags)
    for (const { before, item } of plan.steps) {
      this.#out.text(before)
      this.#plain.write(item.item as PlainItem, uid)
    }
    this.#out.text(')\r\n')
  }

  /**
   * Writes a response with content; `values`: the values of the content items, in order. Yields the values that are
   * streamed.
   */
  *content(
    message: FetchedMessage,
    plan: AnswerPlan,
    values: readonly FetchedValue[],
  ): Generator<AsyncGenerator<ImapReply>> {
    const out = this.#out
    let next = 0
    let flowed = false
    this.#plain.begin(message.uid, plan.withFlags)
    for (const { before, item } of plan.steps) {
      out.text(before)
      if (item.item !== 'content') {
        this.#plain.write(item.item, message.uid)
        continue
      }
      const value = values[next++]!
      if (value.is === 'nil') out.text('NIL')
      else if (item.binary === 'size' && value.is !== 'later') out.number(sizeOf(value))
      else if (value.is === 'octets') this.#value(value.octets, item)
      else {
        flowed = true
        yield value.is === 'range' ? this.#flow(message, value.range) : this.#late(value.read, item)
      }
    }
    out.text(')\r\n')
    if (flowed) yield this.#end()
  }

  #value(octets: Buffer, { binary }: ContentItem): void {
    if (octets.length === 0) this.#out.text('""')
    // RFC 3516 §4.2: a literal with NUL has to be a literal8.
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

  async *#late(read: () => Promise<readonly Buffer[]>, { binary }: ContentItem): AsyncGenerator<ImapReply> {
    const pieces = await read()
    const octets = pieces.reduce((sum, { length }) => sum + length, 0)
    if (binary === 'size') this.#out.number(octets)
    else if (octets === 0) this.#out.text('""')
    else {
      if (binary && pieces.some((piece) => piece.includes(0))) this.#out.text('~')
      this.#out.text('{').number(octets).text('}\r\n')
      for (const piece of pieces) yield { piece: [...this.take(), piece], last: false }
    }
    yield { piece: this.take(), last: false }
  }

  async *#end(): AsyncGenerator<ImapReply> {
    yield { piece: this.take(), last: true }
  }

  async *#flow(message: FetchedMessage, { start, end }: { start: number; end: number }): AsyncGenerator<ImapReply> {
    const announced = end - start
    this.#out.text('{').number(announced).text('}\r\n')
    yield { piece: this.take(), last: false }
    for (let at = start; at < end; at += PIECE) {
      const until = Math.min(at + PIECE, end)
      const piece = await this.#mailbox.content(message.blob, at, until)
      // RFC 3501 §4.3: the literal has to have the announced size.
      if (piece.length !== until - at) throw new Error('A message is shorter than its row says')
      yield { piece, last: false }
    }
  }
}

const sizeOf = (value: Exclude<FetchedValue, { is: 'nil' | 'later' }>): number =>
  value.is === 'octets' ? value.octets.length : value.range.end - value.range.start

/**
 * Writes the FETCH items other than content: numbers and flags come from the index, the rest was rendered at delivery.
 */
export class PlainItems {
  readonly #out: ReplyBuffer
  readonly #selected: KeywordView
  readonly #view: FolderView
  readonly #uidOnly: boolean
  readonly #exchange: boolean
  /** The value of FLAGS in the response that is being written. */
  #flags = '()'
  #chunk: MetadataChunk | undefined

  constructor(out: ReplyBuffer, selected: KeywordView, { uidOnly, exchange }: ImapDialect) {
    this.#out = out
    this.#selected = selected
    this.#view = selected.view
    this.#uidOnly = uidOnly
    this.#exchange = exchange
  }

  /** Sets the metadata of the next messages. Needed if an item requires more than the index holds. */
  from(chunk: MetadataChunk): void {
    this.#chunk = chunk
  }

  /** Begins the response for a message, with its current flags. A new keyword has to be listed before the response. */
  begin(uid: Uid, withFlags: boolean): void {
    if (withFlags) this.#readFlags(uid)
    // RFC 9586 §3.4: the UID instead of the message number.
    if (this.#uidOnly) this.#out.text('* ').number(uid).text(' UIDFETCH ')
    else this.#out.text('* ').number(this.#view.seqOf(uid)).text(' FETCH ')
  }

  /** Writes the value of an item. */
  write(item: PlainItem, uid: Uid): void {
    const out = this.#out
    switch (item) {
      case 'UID':
        return void out.number(uid)
      case 'MODSEQ':
        return void out.text('(').number(this.#modSeq(uid)).text(')')
      case 'FLAGS':
        return void out.text(this.#flags)
      case 'RFC822.SIZE':
        return void out.number(this.#chunk!.octets(uid))
      case 'SAVEDATE':
        return void out.text(this.#saved(uid))
      case 'EMAILID':
        out.text('(')
        this.#copied(item, uid)
        return void out.text(')')
      default:
        return this.#copied(item, uid)
    }
  }

  #copied(item: PlainItem, uid: Uid): void {
    const slices = this.#chunk!.slices(partOf[item]!)
    this.#out.copy(slices.bytes, slices.start(uid), slices.end(uid))
  }

  #readFlags(uid: Uid): void {
    const { index } = this.#view
    const position = index.positionOf(uid)
    // The message was expunged while its content was read.
    if (position < 0) return void (this.#flags = '()')
    const flags = index.flagsAt(position)
    if (flags.keywords.length > 0) this.#out.text(keywordLinesFor(this.#selected, flags, this.#exchange))
    this.#flags = flagText(flags, this.#view.isRecent(uid))
  }

  #modSeq(uid: Uid): number {
    const { index } = this.#view
    const position = index.positionOf(uid)
    return position < 0 ? index.highestModSeq : index.modSeqAt(position)
  }

  /** RFC 8514 §4.2: NIL for a message from before save dates were kept. */
  #saved(uid: Uid): string {
    const at = this.#chunk!.savedAt(uid)
    return at === undefined ? 'NIL' : writeDateTime({ at, zone: 0 })
  }
}
