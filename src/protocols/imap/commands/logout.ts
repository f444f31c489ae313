import { command, nothing } from '../command.ts'

export const logout = command({
  name: 'LOGOUT',
  in: ['greeted', 'unconnected', 'signed-in', 'selected'],
  spec: 'RFC 3501 §6.1.3',
  news: 'none',
  parse: nothing,
  async *run({ session }) {
    yield `* BYE ${session.texts.goodbye}\r\n`
    return { after: () => session.leave() }
  },
})
