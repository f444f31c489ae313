import { compactSet } from '../../../codecs/imap/sequence-set.ts'
import type { CopiedUids } from '../../../domain/mail/types.ts'
import { command } from '../command.ts'
import { destination, readFolderName } from '../listing/folder-name.ts'
import { highest, refuseMany } from '../message-limit.ts'
import { writable } from '../state.ts'
import { highestModSeqCode } from '../view/condstore.ts'
import { pickWhole, readSet } from '../view/message-sets.ts'

export const copy = command({
  name: 'COPY',
  in: ['selected'],
  spec: 'RFC 3501 §6.4.7, RFC 4315 §3, RFC 9738 §3.1',
  uid: 'also',
  does: ['copy'],
  parse: (reader, context) => ({
    set: readSet(reader.space(), context),
    path: readFolderName(reader.space(), context),
  }),
  async run({ session, state, uid }, { set, path }) {
    const { selected, mailbox } = state
    const uids = pickWhole(selected.view, set, uid)
    const to = await destination(mailbox, path)
    if (uids.length === 0) return {}
    refuseMany(uids.length, session.deps.settings)
    const code = copyUid(await mailbox.copy(selected.folder.id, uids, to.id))
    return code === undefined ? {} : { code }
  },
})

export const move = command({
  name: 'MOVE',
  in: ['selected'],
  spec: 'RFC 6851 §3, RFC 9738 §3.1',
  uid: 'also',
  updates: 'own',
  does: ['move'],
  parse: (reader, context) => ({
    set: readSet(reader.space(), context),
    path: readFolderName(reader.space(), context),
  }),
  async *run({ session, state, uid }, { set, path }) {
    const { view, folder } = writable(state.selected)
    const { uids, ...done } = highest(pickWhole(view, set, uid), session.deps.settings)
    const to = await destination(state.mailbox, path)
    if (uids.length === 0) return {}
    const code = copyUid(await state.mailbox.move(folder.id, uids, to.id))
    // RFC 6851 §4.3: before the EXPUNGE responses, which are updates after the command.
    if (code === undefined) return done
    yield `* OK [${code}] Moved\r\n`
    return { ...done, ...highestModSeqCode(session.dialect, view) }
  },
})

/** RFC 4315 §3: the response code; undefined if nothing was copied. */
export const copyUid = ({ uidValidity, from, to }: CopiedUids): string | undefined =>
  from.length === 0 ? undefined : `COPYUID ${uidValidity} ${compactSet(from)} ${compactSet(to)}`
