import { ok } from '../../../codecs/pop3/reply.ts'
import { capabilities } from '../capabilities.ts'
import { type Command, command, nothing } from '../command.ts'
import { multiLine } from '../multi-line.ts'

/** Announces what the table says. */
export const capa = (table: () => Iterable<Command>): Command =>
  command({
    name: 'CAPA',
    in: ['greeted', 'signed-in'],
    spec: 'RFC 2449 §5',
    parse: nothing,
    run: ({ session }) => multiLine(ok(session.wording.remark('Capabilities follow')), capabilities(session, table())),
  })
