import { reply } from '../../../codecs/smtp/reply.ts'
import { command } from '../command.ts'
import { anywhere } from '../state.ts'

/** RFC 5321 §7.3: whether there is such a user is nobody's business. */
export const vrfy = command({
  name: 'VRFY',
  in: anywhere,
  spec: 'RFC 5321 §4.1.1.6',
  parse: (args) => [args.word(), args.rest()],
  async *run({ session }) {
    yield reply(252, '2.1.5', session.wording.verify)
  },
})
