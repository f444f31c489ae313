import { command } from '../command.ts'
import { folderLabel, folderNamed, naming, readFolderName } from '../listing/folder-name.ts'
import { folderLine } from '../listing/list-line.ts'

export const rename = command({
  name: 'RENAME',
  in: ['signed-in', 'selected'],
  spec: 'RFC 3501 §6.3.5, RFC 9051 §6.3.6',
  does: ['rename folder'],
  parse: (reader, reading) => ({
    from: readFolderName(reader.space(), reading),
    to: readFolderName(reader.space(), reading),
  }),
  async *run({ session, state }, { from, to }) {
    const { dialect } = session
    const folder = await folderNamed(state.mailbox, from)
    await naming(state.mailbox.renameFolder(folder.id, to))
    if (!dialect.rev2) return
    const renamed = await folderNamed(state.mailbox, to)
    // The inbox keeps its name, and only its messages go.
    if (renamed.id === folder.id) yield folderLine(renamed, dialect, folderLabel(folder.path, dialect))
  },
})
