import { ok } from '../../../codecs/pop3/reply.ts'
import { refuse } from '../../../core/refusal.ts'
import { addressOf } from '../address.ts'
import { command } from '../command.ts'

export const user = command({
  name: 'USER',
  in: ['greeted'],
  spec: 'RFC 1939 §7',
  // Exchange Online announces it still, whether anybody may use it or not.
  announce: ({ deps, mayAuthenticate }) =>
    (deps.profile === 'exchange-online' || deps.auth.basic === true) && mayAuthenticate ? 'USER' : undefined,
  parse: (args) => addressOf(args.rest()),
  async *run({ session }, name) {
    if (!session.mayAuthenticate) refuse('wrong-state', 'TLS is needed first')
    session.state = { at: 'greeted', user: name }
    // The same for a mailbox that is there and one that is not.
    yield ok()
  },
})
