import type { Uid } from '../../../core/ids.ts'
import type { Dialect } from '../dialect.ts'
import { flagText } from '../reply/flag-text.ts'
import { type Told, tellKeywordsOf } from './keyword-lines.ts'
import type { ReplyBuffer } from '../reply/reply-buffer.ts'

/** Writes FETCH answers about what can change of a message. */
export class ChangeWriter {
  readonly #selected: Told
  readonly #exchange: boolean
  readonly #withUid: boolean
  readonly #withModSeq: boolean
  readonly #uidOnly: boolean

  /** RFC 7162 §3.2.3: with QRESYNC every change names its UID; RFC 9051 §7.5.2 wishes for the same. */
  constructor(selected: Told, { condstore, qresync, rev2, uidOnly, exchange }: Dialect, withUid: boolean) {
    this.#selected = selected
    this.#exchange = exchange
    this.#uidOnly = uidOnly
    this.#withUid = !uidOnly && (withUid || qresync || rev2)
    this.#withModSeq = condstore
  }

  /** A message that the client counts and that is there; nothing where there is nothing to say about it. */
  write(out: ReplyBuffer, uid: Uid, withFlags: boolean): void {
    const { view } = this.#selected
    const { index } = view
    const position = index.positionOf(uid)
    if (position < 0 || !(withFlags || this.#withModSeq)) return
    const flags = index.flagsAt(position)
    if (withFlags) out.text(tellKeywordsOf(this.#selected, flags, this.#exchange))
    // RFC 9586 §3.4: the UID stands in the place of the number.
    if (this.#uidOnly) out.text('* ').number(uid).text(' UIDFETCH (')
    else out.text('* ').number(view.seqOf(uid)).text(' FETCH (')
    if (withFlags) out.text('FLAGS ').text(flagText(flags, view.isRecent(uid)))
    if (this.#withUid) out.text(withFlags ? ' UID ' : 'UID ').number(uid)
    if (this.#withModSeq) {
      out
        .text(withFlags || this.#withUid ? ' MODSEQ (' : 'MODSEQ (')
        .number(index.modSeqAt(position))
        .text(')')
    }
    out.text(')\r\n')
  }
}
