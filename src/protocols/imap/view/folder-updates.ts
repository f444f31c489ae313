import { compactSet } from '../../../codecs/imap/sequence-set.ts'
import type { Uid } from '../../../core/ids.ts'
import type { Mailbox } from '../../../domain/mail/types.ts'
import type { FolderSession } from '../conversation/session-contracts.ts'
import type { Selected } from '../state.ts'
import type { ImapDialect } from '../dialect.ts'
import { ReplyBuffer } from '../reply/reply-buffer.ts'
import type { ImapReply } from '../reply/reply.ts'
import { ChangeWriter, tellKeywords, type KeywordView } from './change-writer.ts'

interface UpdateOptions {
  readonly dialect: ImapDialect
  /** False where the client would lose count. */
  readonly mayExpunge: boolean
  /** False where the client does not want to hear of them: they are told later. */
  readonly mayTellFlags?: boolean
  /** RFC 3501 §6.4.8: the answer to a UID command names UIDs. */
  readonly withUid?: boolean
}

/** What the client of a selected folder is told now, as octets. Written in one go: no change can come between two lines of it. */
export function updateLines(selected: KeywordView, telling: UpdateOptions): Uint8Array {
  const { dialect, mayExpunge, mayTellFlags = true, withUid } = telling
  const { view } = selected
  const out = new ReplyBuffer(256)
  out.text(tellKeywords(selected, dialect.exchange))
  const vanished: Uid[] = []
  const changes = new ChangeWriter(selected, dialect, withUid ?? false)
  for (const news of view.updates(mayExpunge, mayTellFlags)) {
    if (news.kind === 'expunge') {
      // RFC 9586 §3.3: likewise where there are no numbers.
      if (dialect.qresync || dialect.uidOnly) vanished.push(news.uid)
      else out.text('* ').number(news.seq).text(' EXPUNGE\r\n')
      continue
    }
    // RFC 7162 §3.2.7: before anything that is counted without them.
    if (vanished.length > 0) out.text(`* VANISHED ${compactSet(vanished.splice(0))}\r\n`)
    if (news.kind === 'flags') changes.write(out, news.uid, true)
    // RFC 9051 §7: there is nothing recent.
    else if (news.kind === 'exists' || !dialect.rev2)
      out.text('* ').number(news.count).text(` ${news.kind.toUpperCase()}\r\n`)
  }
  if (vanished.length > 0) out.text(`* VANISHED ${compactSet(vanished)}\r\n`)
  const upTo = view.toldUpTo
  if (dialect.qresync && upTo < view.index.highestModSeq) {
    out.text(`* OK [HIGHESTMODSEQ ${upTo}] Removals are still to be told\r\n`)
  }
  return out.take()
}

/** What the client is told now of the selected folder, and of the searches of it that are kept up to date. */
export async function* folderUpdates(
  session: FolderSession,
  mailbox: Mailbox,
  selected: Selected,
  telling: Omit<UpdateOptions, 'dialect'>,
): AsyncGenerator<ImapReply> {
  const { contexts } = selected
  const news = (): Uint8Array => updateLines(selected, { dialect: session.dialect, ...telling })
  if (!contexts.any) yield news()
  else {
    contexts.speak(session.dialect)
    // RFC 5267 §4.3.4: before the EXPUNGE, as long as numbers are good. In one go: no change can come between.
    yield [octets(contexts.removed()), news()]
    // RFC 5267 §4.3.3: numbers are good from the EXISTS on.
    await contexts.look({ mailbox, ...selected }, session)
    yield octets(contexts.changed())
  }
}

const octets = (text: string): Uint8Array => Buffer.from(text, 'latin1')
