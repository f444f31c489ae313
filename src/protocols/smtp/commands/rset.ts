import { reply } from '../../../codecs/smtp/reply.ts'
import { command, nothing } from '../command.ts'
import { anywhere } from '../state.ts'

export const rset = command({
  name: 'RSET',
  in: anywhere,
  spec: 'RFC 5321 §4.1.1.5',
  parse: nothing,
  async *run({ session }) {
    session.reset()
    yield reply(250, '2.0.0', session.wording.reset)
  },
})
