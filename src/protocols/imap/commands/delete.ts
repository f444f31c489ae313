import { command } from '../command.ts'
import { folderLabel, folderNamed, readGivenName } from '../listing/folder-name.ts'
import { listLine, otherName } from '../listing/list-line.ts'

export const deleteFolder = command({
  name: 'DELETE',
  in: ['signed-in', 'selected'],
  spec: 'RFC 3501 §6.3.4, RFC 9051 §6.3.5',
  does: ['delete folder'],
  parse: (reader, reading) => readGivenName(reader.space(), reading),
  async *run({ session, state }, { path, given }) {
    const folder = await folderNamed(state.mailbox, path)
    const here = session.selected?.folder.id === folder.id
    if (here) session.deselect()
    await state.mailbox.deleteFolder(folder.id)
    const { dialect } = session
    const was = otherName(folder, given, dialect)
    if (was !== undefined) yield listLine({ label: folderLabel(folder.path, dialect), folder: undefined, was }, dialect)
  },
})
