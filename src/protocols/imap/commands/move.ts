import { readSequenceSet } from '../../../codecs/imap/sequence-set.ts'
import { command } from '../command.ts'
import { copyUid } from '../copy-uid.ts'
import { folderNamed, readFolderName } from '../folder-name.ts'
import { pickWhole } from '../sets.ts'
import { writable } from '../writable.ts'

export const move = command({
  name: 'MOVE',
  in: ['selected'],
  spec: 'RFC 6851 §3',
  uid: 'also',
  news: 'own',
  parse: (reader, reading) => ({ set: readSequenceSet(reader.space()), path: readFolderName(reader.space(), reading) }),
  async *run({ state, uid }, { set, path }) {
    const { view, folder } = writable(state.selected)
    const uids = pickWhole(view, set, uid)
    const to = await folderNamed(state.mailbox, path, 'TRYCREATE')
    if (uids.length === 0) return
    const code = copyUid(await state.mailbox.move(folder.id, uids, to.id))
    // RFC 6851 §4.3: before the EXPUNGEs, which the news that follow bring.
    if (code !== undefined) yield `* OK [${code}] Moved\r\n`
  },
})
