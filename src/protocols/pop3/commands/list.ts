import { ok } from '../../../codecs/pop3/reply.ts'
import { command } from '../command.ts'
import type { Maildrop } from '../maildrop.ts'
import { multiLine } from '../multi-line.ts'

export const list = command({
  name: 'LIST',
  in: ['signed-in'],
  spec: 'RFC 1939 §5',
  does: 'list messages',
  parse: (args) => (args.empty ? undefined : args.number()),
  async *run({ session, state: { drop } }, asked) {
    if (asked === undefined) {
      yield* multiLine(ok(session.wording.scan(drop.count, drop.octets)), scanListings(drop))
    } else {
      const number = drop.number(asked)
      yield ok(`${number} ${drop.size(number)}`)
    }
  },
})

function* scanListings(drop: Maildrop): Iterable<string> {
  for (const number of drop.numbers()) yield `${number} ${drop.size(number)}`
}
