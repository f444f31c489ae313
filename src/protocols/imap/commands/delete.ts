import { command } from '../command.ts'
import { folderNamed, readFolderName } from '../folder-name.ts'

export const deleteFolder = command({
  name: 'DELETE',
  in: ['signed-in', 'selected'],
  spec: 'RFC 3501 §6.3.4',
  parse: (reader, reading) => readFolderName(reader.space(), reading),
  async run({ session, state }, path) {
    const folder = await folderNamed(state.mailbox, path)
    const here = session.selected?.folder.id === folder.id
    if (here) session.deselect()
    await state.mailbox.deleteFolder(folder.id)
  },
})
