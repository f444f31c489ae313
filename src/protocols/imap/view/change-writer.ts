import { writeFlagList } from '../../../codecs/imap/flags.ts'
import type { Uid } from '../../../core/ids.ts'
import type { Flags } from '../../../domain/mail/types.ts'
import type { Selected } from '../state.ts'
import type { ImapDialect } from '../dialect.ts'
import { flagText, knownFlags, permanentFlags } from '../reply/flag-text.ts'
import type { ReplyBuffer } from '../reply/reply-buffer.ts'

/** The part of a selected folder that its replies are made from. */
export type KeywordView = Pick<Selected, 'view' | 'readOnly' | 'listedFlags'>

/** Writes FETCH responses with the mutable data of a message: flags and mod-sequence. */
export class ChangeWriter {
  readonly #selected: KeywordView
  readonly #exchange: boolean
  readonly #withUid: boolean
  readonly #withModSeq: boolean
  readonly #uidOnly: boolean

  /** RFC 7162 §3.2.3: with QRESYNC every change has its UID; RFC 9051 §7.5.2 recommends the same. */
  constructor(selected: KeywordView, { condstore, qresync, rev2, uidOnly, exchange }: ImapDialect, withUid: boolean) {
    this.#selected = selected
    this.#exchange = exchange
    this.#uidOnly = uidOnly
    this.#withUid = !uidOnly && (withUid || qresync || rev2)
    this.#withModSeq = condstore
  }

  /**
   * Writes the response for a message that the client counts; nothing if it was expunged or nothing is to be reported.
   */
  write(out: ReplyBuffer, uid: Uid, withFlags: boolean): void {
    const { view } = this.#selected
    const { index } = view
    const position = index.positionOf(uid)
    if (position < 0 || !(withFlags || this.#withModSeq)) return
    const flags = index.flagsAt(position)
    if (withFlags) out.text(keywordLinesFor(this.#selected, flags, this.#exchange))
    // RFC 9586 §3.4: the UID instead of the message number.
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

/** Maximum number of unused keywords that a session remembers. */
const MOST_UNUSED = 1000

/**
 * FLAGS and PERMANENTFLAGS if the client does not know all keywords of the folder (RFC 3501 §7.2.6); otherwise empty.
 */
export function newKeywordLines(selected: KeywordView, exchange: boolean): string {
  return knowsAll(selected, selected.view.index.keywords) ? '' : keywordLines(selected, exchange)
}

/**
 * FLAGS and PERMANENTFLAGS if these flags have a keyword that was not listed to the client yet; otherwise empty. Needed
 * before every FETCH response with flags: another session can set a keyword at any time.
 */
export function keywordLinesFor(selected: KeywordView, { keywords }: Flags, exchange: boolean): string {
  return knowsAll(selected, keywords) ? '' : keywordLines(selected, exchange)
}

const knowsAll = ({ listedFlags }: KeywordView, keywords: readonly string[]): boolean =>
  keywords.every((keyword) => listedFlags.has(keyword))

/**
 * FLAGS and PERMANENTFLAGS. They repeat every keyword that was listed before: the client may still see it on a message,
 * if the change that removed it was not reported yet.
 */
export function keywordLines({ view, readOnly, listedFlags }: KeywordView, exchange: boolean): string {
  const current = view.index.keywords
  const unused = [...listedFlags].filter((flag) => !flag.startsWith('\\') && !current.includes(flag))
  if (unused.length > MOST_UNUSED) for (const flag of unused.splice(0)) listedFlags.delete(flag)
  const keywords = [...current, ...unused]
  const known = knownFlags(keywords, exchange)
  for (const flag of known) listedFlags.add(flag)
  const permanent = readOnly ? [] : permanentFlags(keywords, exchange)
  const permanentText = `[PERMANENTFLAGS ${writeFlagList(permanent)}] Permanent flags`
  return `* FLAGS ${writeFlagList(known)}\r\n* OK ${permanentText}\r\n`
}
