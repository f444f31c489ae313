import { ok } from '../../../codecs/pop3/reply.ts'
import { command, nothing } from '../command.ts'

export const rset = command({
  name: 'RSET',
  in: ['signed-in'],
  spec: 'RFC 1939 §5',
  parse: nothing,
  async *run({ session, state: { drop } }) {
    drop.unmarkAll()
    yield ok(session.wording.remark(`The maildrop has ${drop.count} messages (${drop.octets} octets)`))
  },
})
