import { ok } from '../../../codecs/pop3/reply.ts'
import { command } from '../command.ts'

export const dele = command({
  name: 'DELE',
  in: ['signed-in'],
  spec: 'RFC 1939 §5',
  does: 'delete',
  parse: (args) => args.number(),
  async *run({ session, state: { drop } }, asked) {
    drop.markDeleted(drop.number(asked))
    yield ok(session.wording.remark('Marked as deleted'))
  },
})
