import { command } from '../command.ts'
import { folderNamed, readFolderName } from '../listing/folder-name.ts'
import { readStatusItems, statusAsked } from '../listing/status-items.ts'

export const status = command({
  name: 'STATUS',
  in: ['signed-in', 'selected'],
  spec: 'RFC 3501 §6.3.10, RFC 8438, RFC 9051 §6.3.11',
  does: ['folder status'],
  parse: (reader, reading) => ({
    path: readFolderName(reader.space(), reading),
    asked: readStatusItems(reader.space(), reading),
  }),
  async *run({ session, state }, { path, asked }) {
    yield* statusAsked(session, state.mailbox, await folderNamed(state.mailbox, path), asked)
  },
})
