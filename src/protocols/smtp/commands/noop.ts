import { reply } from '../../../codecs/smtp/reply.ts'
import { command } from '../command.ts'
import { anywhere } from '../state.ts'

export const noop = command({
  name: 'NOOP',
  in: anywhere,
  spec: 'RFC 5321 §4.1.1.9',
  // What stands behind it is of no interest.
  parse: (args) => void args.rest(),
  async *run({ session }) {
    yield reply(250, '2.0.0', session.wording.noop)
  },
})
