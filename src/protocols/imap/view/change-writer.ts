import type { Uid } from '../../../core/ids.ts'
import type { Dialect } from '../dialect.ts'
import { flagText } from '../reply/flag-text.ts'
import type { FolderView } from './folder-view.ts'
import type { ReplyBuffer } from '../reply/reply-buffer.ts'

/** Writes FETCH answers about what can change of a message. */
export class ChangeWriter {
  readonly #view: FolderView
  readonly #withUid: boolean
  readonly #withModSeq: boolean
  readonly #uidOnly: boolean

  /** RFC 7162 §3.2.3: with QRESYNC every change names its UID; RFC 9051 §7.5.2 wishes for the same. */
  constructor(view: FolderView, { condstore, qresync, rev2, uidOnly }: Dialect, withUid: boolean) {
    this.#view = view
    this.#uidOnly = uidOnly
    this.#withUid = !uidOnly && (withUid || qresync || rev2)
    this.#withModSeq = condstore
  }

  /** A message that the client counts and that is there; nothing where there is nothing to say about it. */
  write(out: ReplyBuffer, uid: Uid, withFlags: boolean): void {
    const { index } = this.#view
    const position = index.positionOf(uid)
    if (position < 0 || !(withFlags || this.#withModSeq)) return
    // RFC 9586 §3.4: the UID stands in the place of the number.
    if (this.#uidOnly) out.text('* ').number(uid).text(' UIDFETCH (')
    else out.text('* ').number(this.#view.seqOf(uid)).text(' FETCH (')
    if (withFlags) out.text('FLAGS ').text(flagText(index.flagsAt(position), this.#view.isRecent(uid)))
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
