import { command } from '../command.ts'
import { folderNamed, naming, readFolderName } from '../folder-name.ts'

export const rename = command({
  name: 'RENAME',
  in: ['signed-in', 'selected'],
  spec: 'RFC 3501 §6.3.5',
  parse: (reader, reading) => ({
    from: readFolderName(reader.space(), reading),
    to: readFolderName(reader.space(), reading),
  }),
  async run({ state }, { from, to }) {
    const folder = await folderNamed(state.mailbox, from)
    await naming(state.mailbox.renameFolder(folder.id, to))
  },
})
