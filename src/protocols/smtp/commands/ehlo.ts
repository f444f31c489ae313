import { reply } from '../../../codecs/smtp/reply.ts'
import { capabilities } from '../capabilities.ts'
import { command } from '../command.ts'
import { introduced, nameOf } from '../introduced.ts'
import { anywhere } from '../state.ts'

export const ehlo = command({
  name: 'EHLO',
  in: anywhere,
  spec: 'RFC 5321 §4.1.1.1',
  parse: nameOf,
  async *run({ session }, name) {
    introduced(session, { name, extended: true })
    yield reply(250, undefined, session.wording.hello(session.deps.hostname, session.peer), ...capabilities(session))
  },
})
