import { ok } from '../../../codecs/pop3/reply.ts'
import { command, nothing } from '../command.ts'

export const stat = command({
  name: 'STAT',
  in: ['signed-in'],
  spec: 'RFC 1939 §5',
  does: 'list messages',
  parse: nothing,
  async *run({ state: { drop } }) {
    yield ok(`${drop.count} ${drop.octets}`)
  },
})
