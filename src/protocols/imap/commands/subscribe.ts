import { command } from '../command.ts'
import { naming, readFolderName } from '../listing/folder-name.ts'

/** A name may be under subscription without there being a folder. */
export const subscribe = command({
  name: 'SUBSCRIBE',
  in: ['signed-in', 'selected'],
  spec: 'RFC 3501 §6.3.6',
  does: ['subscribe'],
  parse: (reader, reading) => readFolderName(reader.space(), reading),
  async run({ state }, path) {
    await naming(state.mailbox.setSubscribed(path, true))
  },
})

export const unsubscribe = command({
  name: 'UNSUBSCRIBE',
  in: ['signed-in', 'selected'],
  spec: 'RFC 3501 §6.3.7',
  does: ['subscribe'],
  parse: (reader, reading) => readFolderName(reader.space(), reading),
  async run({ state }, path) {
    await naming(state.mailbox.setSubscribed(path, false))
  },
})
