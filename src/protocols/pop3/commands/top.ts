import { ok } from '../../../codecs/pop3/reply.ts'
import { TopLines } from '../../../codecs/pop3/top-lines.ts'
import { command } from '../command.ts'
import { messageLines } from '../multi-line.ts'

export const top = command({
  name: 'TOP',
  in: ['signed-in'],
  spec: 'RFC 1939 §7',
  announce: () => 'TOP',
  does: 'read the top',
  parse: (args) => ({ asked: args.number(), lines: args.number() }),
  async run({ session, state: { drop, reader } }, { asked, lines }) {
    const number = drop.number(asked)
    const status = ok(session.wording.remark('Top of the message follows'))
    const octets = await reader.read(number)
    const top = new TopLines(lines)
    return messageLines(status, drop.letter(number), octets instanceof Uint8Array ? top.push(octets) : cut(octets, top))
  },
})

/** Reads no further than is wanted. */
async function* cut(chunks: AsyncIterable<Buffer>, top: TopLines): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    yield top.push(chunk)
    if (top.over) return
  }
}
