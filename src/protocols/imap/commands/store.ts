import { readStoreFlags } from '../../../codecs/imap/flags.ts'
import type { Reader } from '../../../codecs/imap/reader.ts'
import { readSequenceSet } from '../../../codecs/imap/sequence-set.ts'
import { refuse } from '../../../core/refusal.ts'
import type { Uid } from '../../../core/ids.ts'
import type { FlagChange } from '../../../domain/mail/types.ts'
import { command } from '../command.ts'
import { flagsOf, flagText, lasting } from '../flag-text.ts'
import { tellKeywords } from '../news.ts'
import { ReplyBuffer } from '../reply-buffer.ts'
import { expungeIssued, pick } from '../sets.ts'
import type { Selected } from '../state.ts'
import { writable } from '../writable.ts'

const modes = { '': 'replace', '+': 'add', '-': 'remove' } as const
const item = /([+-]?)FLAGS(\.SILENT)?(?= )/iy

export const store = command({
  name: 'STORE',
  in: ['selected'],
  spec: 'RFC 3501 §6.4.6',
  uid: 'also',
  news: 'held',
  parse: (reader) => ({ set: readSequenceSet(reader.space()), ...readChange(reader.space()) }),
  async *run({ session, state, uid }, { set, silent, mode, flags }) {
    const { selected, mailbox } = state
    const { view, folder } = writable(selected)
    const { uids, ghosts } = pick(view, set, uid)
    const change = { mode, flags: lasting(flags, view.index, session.exchange) }
    if (uids.length > 0) {
      const { changed, modSeq } = await mailbox.store(folder.id, uids, change)
      if (changed) view.known(modSeq)
      yield tellKeywords(selected, session.exchange)
      if (!silent) yield* echo(selected, uids, uid)
    }
    if (ghosts.length > 0) expungeIssued()
  },
})

function readChange(reader: Reader): FlagChange & { silent: boolean } {
  const found = reader.match(item) ?? refuse('bad-syntax', 'Expected FLAGS')
  const flags = flagsOf(readStoreFlags(reader.space()))
  return { mode: modes[found[1] as keyof typeof modes], flags, silent: found[2] !== undefined }
}

/** The flags as they are now, of every message that was named. */
function* echo({ view }: Selected, uids: readonly Uid[], withUid: boolean): Generator<Uint8Array> {
  const out = new ReplyBuffer()
  for (const uid of uids) {
    const position = view.index.positionOf(uid)
    if (position < 0) continue
    const flags = flagText(view.index.flagsAt(position), view.isRecent(uid))
    out.text('* ').number(view.seqOf(uid)).text(` FETCH (FLAGS ${flags}`)
    if (withUid) out.text(' UID ').number(uid)
    out.text(')\r\n')
    if (out.length > 128 * 1024) yield out.take()
  }
  yield out.take()
}
