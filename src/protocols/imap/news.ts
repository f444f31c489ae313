import { writeFlagList } from '../../codecs/imap/flags.ts'
import type { Dialect } from './dialect.ts'
import { flagText, knownFlags, permanentFlags } from './flag-text.ts'
import { ReplyBuffer } from './reply-buffer.ts'
import type { Selected } from './state.ts'

export interface Telling {
  readonly dialect: Dialect
  /** False where the client would lose count. */
  readonly mayExpunge: boolean
  /** RFC 3501 §6.4.8: the answer to a UID command names UIDs. */
  readonly withUid?: boolean
}

/** What the client of a selected folder is told now, as octets. Written in one go: no change can come between two lines of it. */
export function tellNews(selected: Selected, { dialect, mayExpunge, withUid }: Telling): Uint8Array {
  const { view } = selected
  const out = new ReplyBuffer(256)
  out.text(tellKeywords(selected, dialect.exchange))
  for (const news of view.news(mayExpunge)) {
    out.text('* ')
    if (news.kind === 'expunge') out.number(news.seq).text(' EXPUNGE\r\n')
    else if (news.kind === 'flags') {
      const flags = view.index.flagsAt(view.index.positionOf(news.uid))
      const uid = withUid ? ` UID ${news.uid}` : ''
      out.number(news.seq).text(` FETCH (FLAGS ${flagText(flags, view.isRecent(news.uid))}${uid})\r\n`)
    } else out.number(news.count).text(` ${news.kind.toUpperCase()}\r\n`)
  }
  return out.take()
}

/** RFC 3501 §7.2.6: a keyword is announced before a message has it. */
export function tellKeywords(selected: Selected, exchange: boolean): string {
  const { index } = selected.view
  if (index.keywords.every((keyword) => selected.flagsTold.has(keyword))) return ''
  return keywordLines(selected, exchange)
}

export function keywordLines({ view, readOnly, flagsTold }: Selected, exchange: boolean): string {
  const known = knownFlags(view.index, exchange)
  for (const flag of known) flagsTold.add(flag)
  const permanent = readOnly ? [] : permanentFlags(view.index, exchange)
  const permanentText = `[PERMANENTFLAGS ${writeFlagList(permanent)}] Permanent flags`
  return `* FLAGS ${writeFlagList(known)}\r\n* OK ${permanentText}\r\n`
}
