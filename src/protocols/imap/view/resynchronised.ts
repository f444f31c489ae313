import type { Resync } from '../../../codecs/imap/select-parameters.ts'
import { inRanges, type NumberRange } from '../../../codecs/imap/sequence-set.ts'
import type { UidRange } from '../../../domain/mail/types.ts'
import { ChangeWriter, type KeywordView } from './change-writer.ts'
import type { ImapDialect } from '../state.ts'
import { ReplyBuffer } from '../reply/reply-buffer.ts'
import { vanishedEarlier } from './vanished.ts'

/** Answers are handed on when there is so much of them. */
const FULL = 128 * 1024

/**
 * RFC 7162 §3.2.5.1: what went and what changed since the client was last here, of the messages that it holds. `gone` are
 * the UIDs that went since.
 */
export function* resynchronised(
  selected: KeywordView,
  dialect: ImapDialect,
  { modSeq, known }: Pick<Resync, 'modSeq' | 'known'>,
  gone: readonly UidRange[],
): Generator<string | Uint8Array> {
  const { view } = selected
  const within: readonly NumberRange[] = known ?? [[1, view.index.uidNext - 1]]
  yield vanishedEarlier(view, gone, within)
  const out = new ReplyBuffer()
  const writer = new ChangeWriter(selected, dialect, true)
  for (const uid of inRanges(view.changedSince(modSeq), within, (each) => each)) {
    writer.write(out, uid, true)
    if (out.length > FULL) yield out.take()
  }
  yield out.take()
}
