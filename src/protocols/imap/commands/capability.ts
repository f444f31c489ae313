import { command, nothing } from '../command.ts'

export const capability = command({
  name: 'CAPABILITY',
  in: ['greeted', 'unconnected', 'signed-in', 'selected'],
  spec: 'RFC 3501 §6.1.1',
  parse: nothing,
  async *run({ session }) {
    yield `* CAPABILITY ${session.capabilities()}\r\n`
  },
})
