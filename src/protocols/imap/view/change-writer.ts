import { writeFlagList } from '../../../codecs/imap/flags.ts'
import type { Uid } from '../../../core/ids.ts'
import type { Flags } from '../../../domain/mail/types.ts'
import type { Selected } from '../state.ts'
import type { ImapDialect } from '../dialect.ts'
import { flagText, knownFlags, permanentFlags } from '../reply/flag-text.ts'
import type { ReplyBuffer } from '../reply/reply-buffer.ts'

/** The part of a selected folder that its replies are made from. */
export type KeywordView = Pick<Selected, 'view' | 'readOnly' | 'flagsTold'>

/** Writes FETCH answers about what can change of a message. */
export class ChangeWriter {
  readonly #selected: KeywordView
  readonly #exchange: boolean
  readonly #withUid: boolean
  readonly #withModSeq: boolean
  readonly #uidOnly: boolean

  /** RFC 7162 §3.2.3: with QRESYNC every change names its UID; RFC 9051 §7.5.2 wishes for the same. */
  constructor(selected: KeywordView, { condstore, qresync, rev2, uidOnly, exchange }: ImapDialect, withUid: boolean) {
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

/** A session remembers at most so many keywords that no message of the folder has any more. */
const MOST_UNUSED = 1000

/** Lists the folder's keywords if the client does not know all of them (RFC 3501 §7.2.6). */
export function tellKeywords(selected: KeywordView, exchange: boolean): string {
  return knowsAll(selected, selected.view.index.keywords) ? '' : keywordLines(selected, exchange)
}

/**
 * What has to be said before a FETCH reply with these flags: FLAGS and PERMANENTFLAGS if they have a keyword that the client
 * has not been told of. Another session can set one at any time.
 */
export function tellKeywordsOf(selected: KeywordView, { keywords }: Flags, exchange: boolean): string {
  return knowsAll(selected, keywords) ? '' : keywordLines(selected, exchange)
}

const knowsAll = ({ flagsTold }: KeywordView, keywords: readonly string[]): boolean =>
  keywords.every((keyword) => flagsTold.has(keyword))

/**
 * FLAGS and PERMANENTFLAGS. A keyword that was listed once is listed again: for this client a message may still have it,
 * because the change that took it away has not been told.
 */
export function keywordLines({ view, readOnly, flagsTold }: KeywordView, exchange: boolean): string {
  const current = view.index.keywords
  const unused = [...flagsTold].filter((flag) => !flag.startsWith('\\') && !current.includes(flag))
  if (unused.length > MOST_UNUSED) for (const flag of unused.splice(0)) flagsTold.delete(flag)
  const keywords = [...current, ...unused]
  const known = knownFlags(keywords, exchange)
  for (const flag of known) flagsTold.add(flag)
  const permanent = readOnly ? [] : permanentFlags(keywords, exchange)
  const permanentText = `[PERMANENTFLAGS ${writeFlagList(permanent)}] Permanent flags`
  return `* FLAGS ${writeFlagList(known)}\r\n* OK ${permanentText}\r\n`
}
