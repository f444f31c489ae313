import { command } from '../command.ts'
import { naming, readFolderName } from '../folder-name.ts'

export const create = command({
  name: 'CREATE',
  in: ['signed-in', 'selected'],
  spec: 'RFC 3501 §6.3.3',
  // A separator at the end says that folders will be made below; any folder can have some.
  parse: (reader, reading) => readFolderName(reader.space(), reading).replace(/\/$/, ''),
  async run({ state }, path) {
    await naming(state.mailbox.createFolder(path))
  },
})
