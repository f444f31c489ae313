import { reply } from '../../../codecs/smtp/reply.ts'
import { type Command, command } from '../command.ts'
import { anywhere } from '../state.ts'

/** Names what is in the table. */
export const help = (table: () => Iterable<Command>): Command =>
  command({
    name: 'HELP',
    in: anywhere,
    spec: 'RFC 5321 §4.1.1.8',
    parse: (args) => void args.rest(),
    async *run() {
      yield reply(214, '2.0.0', [...table()].map(({ name }) => name).join(' '))
    },
  })
