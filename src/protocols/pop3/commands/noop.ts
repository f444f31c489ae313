import { ok } from '../../../codecs/pop3/reply.ts'
import { command, nothing } from '../command.ts'

export const noop = command({
  name: 'NOOP',
  in: ['signed-in'],
  spec: 'RFC 1939 §5',
  parse: nothing,
  async *run() {
    yield ok()
  },
})
