import { command } from '../command.ts'
import { toldUpTo } from '../view/condstore.ts'
import { copyUid } from '../appending/copy-uid.ts'
import { destination, readFolderName } from '../listing/folder-name.ts'
import { highest } from '../message-limit.ts'
import { pickWhole, readSet } from '../view/sets.ts'
import { writable } from '../writable.ts'

export const move = command({
  name: 'MOVE',
  in: ['selected'],
  spec: 'RFC 6851 §3, RFC 9738 §3.1',
  uid: 'also',
  news: 'own',
  does: ['move'],
  parse: (reader, reading) => ({
    set: readSet(reader.space(), reading),
    path: readFolderName(reader.space(), reading),
  }),
  async *run({ session, state, uid }, { set, path }) {
    const { view, folder } = writable(state.selected)
    const { uids, ...done } = highest(pickWhole(view, set, uid), session.deps.settings)
    const to = await destination(state.mailbox, path)
    if (uids.length === 0) return {}
    const code = copyUid(await state.mailbox.move(folder.id, uids, to.id))
    // RFC 6851 §4.3: before the EXPUNGEs, which the news that follow bring.
    if (code === undefined) return done
    yield `* OK [${code}] Moved\r\n`
    return { ...done, ...toldUpTo(session.dialect, view) }
  },
})
