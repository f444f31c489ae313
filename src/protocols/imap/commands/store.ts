import { readStoreFlags } from '../../../codecs/imap/flags.ts'
import type { ImapReader } from '../../../codecs/imap/reader.ts'
import { compactSet } from '../../../codecs/imap/sequence-set.ts'
import { refuse } from '../../../core/refusal.ts'
import type { ModSeq, Uid } from '../../../core/ids.ts'
import type { FlagChange } from '../../../domain/mail/types.ts'
import { command } from '../command.ts'
import { flagsOf, lasting } from '../reply/flag-text.ts'
import { ChangeWriter, newKeywordLines } from '../view/change-writer.ts'
import { ReplyBuffer } from '../reply/reply-buffer.ts'
import { pick, readSet, someExpunged } from '../view/message-sets.ts'
import { enablingCondstore } from '../view/condstore.ts'
import { highest } from '../message-limit.ts'
import { flagged } from '../operations.ts'
import { writable } from '../state.ts'

const modes = { '': 'replace', '+': 'add', '-': 'remove' } as const
const item = /([+-]?)FLAGS(\.SILENT)?(?= )/iy

export const store = command({
  name: 'STORE',
  in: ['selected'],
  spec: 'RFC 3501 §6.4.6, RFC 9738 §3.1',
  uid: 'also',
  updates: 'held',
  parse: (reader, context) => ({
    set: readSet(reader.space(), context),
    unchangedSince: context.exchange ? undefined : readUnchangedSince(reader),
    ...readChange(reader.space()),
  }),
  does: ({ flags }) => flagged(flags),
  async *run({ session, state, uid }, { set, unchangedSince, silent, mode, flags }) {
    const { selected, mailbox } = state
    const { view, folder } = writable(selected)
    const picked = pick(view, set, uid)
    const { uids, ...done } = highest(picked.uids, session.deps.settings)
    const { ghosts } = picked
    const change = { mode, flags: lasting(flags, view.index, session.exchange) }
    if (unchangedSince !== undefined) yield* enablingCondstore(session)
    let failed: readonly Uid[] = []
    if (uids.length > 0) {
      const { changed, modSeq, stored, modified } = await mailbox.store(folder.id, uids, change, unchangedSince)
      if (changed) view.dropOwnChange(modSeq)
      failed = modified
      yield newKeywordLines(selected, session.exchange)
      yield* echo(new ChangeWriter(selected, session.dialect, uid), stored, !silent)
    }
    if (failed.length === 0) return ghosts.length > 0 ? { ...done, ...someExpunged } : done
    // RFC 7162 §3.1.3: the numbers are still valid, because no EXPUNGE comes before the tagged line.
    const code = `MODIFIED ${compactSet(uid ? failed : failed.map((each) => view.seqOf(each)))}`
    return ghosts.length > 0
      ? { ...done, line: `NO [${code}] Some of the messages no longer exist` }
      : { ...done, code }
  },
})

function readChange(reader: ImapReader): FlagChange & { silent: boolean } {
  const found = reader.match(item) ?? refuse('bad-syntax', 'Expected FLAGS')
  const flags = flagsOf(readStoreFlags(reader.space()))
  return { mode: modes[found[1] as keyof typeof modes], flags, silent: found[2] !== undefined }
}

/** RFC 7162 §3.1.3 */
function readUnchangedSince(reader: ImapReader): ModSeq | undefined {
  if (!reader.skip(' (')) return undefined
  reader.expect('UNCHANGEDSINCE ')
  const modSeq = reader.modSeq() as ModSeq
  reader.expect(')')
  return modSeq
}

/** Writes the new state of the messages. RFC 7162 §3.1.3: even a silent STORE reports mod-sequences. */
function* echo(writer: ChangeWriter, uids: readonly Uid[], withFlags: boolean): Generator<Uint8Array> {
  const out = new ReplyBuffer()
  for (const uid of uids) {
    writer.write(out, uid, withFlags)
    if (out.length > 128 * 1024) yield out.take()
  }
  yield out.take()
}
