import { reply } from '../../../codecs/smtp/reply.ts'
import { command, nothing } from '../command.ts'
import { anywhere } from '../state.ts'

export const quit = command({
  name: 'QUIT',
  in: anywhere,
  spec: 'RFC 5321 §4.1.1.10',
  parse: nothing,
  async *run({ session }) {
    session.leave()
    yield reply(221, '2.0.0', session.wording.goodbye)
  },
})
