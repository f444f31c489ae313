import { ok } from '../../../codecs/pop3/reply.ts'
import type { Profile } from '../../../core/profile.ts'
import { command } from '../command.ts'
import { messageLines } from '../multi-line.ts'

/** RFC 1939 knows no flags. That Exchange Online marks what was retrieved as read is not proven. */
const marksSeen: Readonly<Record<Profile, boolean>> = { 'exchange-online': true, standards: false }

export const retr = command({
  name: 'RETR',
  in: ['signed-in'],
  spec: 'RFC 1939 §5',
  does: 'retrieve',
  parse: (args) => args.number(),
  async run({ session, state: { drop, reader } }, asked) {
    const number = drop.number(asked)
    const letter = drop.letter(number)
    if (marksSeen[session.deps.profile]) await drop.markSeen(number)
    const status = ok(session.wording.remark(`${letter.lineOctets} octets`))
    return messageLines(status, letter, await reader.read(number))
  },
})
