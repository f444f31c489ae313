import { writeDateTime } from '../../../codecs/imap/date-time.ts'
import type { PlainItem } from '../../../codecs/imap/fetch-items.ts'
import type { Uid } from '../../../core/ids.ts'
import type { MetadataChunk } from '../../../domain/mail/types.ts'
import type { ImapDialect } from '../dialect.ts'
import { partOf } from './fetched-message.ts'
import { flagText } from '../reply/flag-text.ts'
import type { FolderView } from '../view/folder-view.ts'
import { type KeywordView, keywordLinesFor } from '../view/change-writer.ts'
import type { ReplyBuffer } from '../reply/reply-buffer.ts'

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
