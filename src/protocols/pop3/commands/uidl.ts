import { ok } from '../../../codecs/pop3/reply.ts'
import { command } from '../command.ts'
import type { Maildrop } from '../maildrop.ts'
import { multiLine } from '../multi-line.ts'

export const uidl = command({
  name: 'UIDL',
  in: ['signed-in'],
  spec: 'RFC 1939 §7',
  announce: () => 'UIDL',
  does: 'list messages',
  parse: (args) => (args.empty ? undefined : args.number()),
  async *run({ session, state: { drop } }, asked) {
    if (asked === undefined) {
      yield* multiLine(ok(session.wording.remark('Unique ids follow')), idListings(drop))
    } else {
      const number = drop.number(asked)
      yield ok(`${number} ${drop.uniqueId(number)}`)
    }
  },
})

function* idListings(drop: Maildrop): Iterable<string> {
  for (const number of drop.numbers()) yield `${number} ${drop.uniqueId(number)}`
}
