import { command } from '../command.ts'
import { copyUid } from '../appending/copy-uid.ts'
import { destination, readFolderName } from '../listing/folder-name.ts'
import { refuseMany } from '../message-limit.ts'
import { pickWhole, readSet } from '../view/sets.ts'

export const copy = command({
  name: 'COPY',
  in: ['selected'],
  spec: 'RFC 3501 §6.4.7, RFC 4315 §3, RFC 9738 §3.1',
  uid: 'also',
  does: ['copy'],
  parse: (reader, reading) => ({
    set: readSet(reader.space(), reading),
    path: readFolderName(reader.space(), reading),
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
