import { refuse } from '../../../core/refusal.ts'
import { command } from '../command.ts'
import { signIn } from '../sign-in.ts'

export const pass = command({
  name: 'PASS',
  in: ['greeted'],
  spec: 'RFC 1939 §7',
  // RFC 6856 §2: what is not ASCII is UTF-8.
  parse: (args) => Buffer.from(args.rest(), 'latin1').toString('utf8'),
  async *run({ session, state }, password) {
    const address = state.user ?? refuse('wrong-state', 'USER comes first')
    session.state = { at: 'greeted' }
    yield await signIn(session, { credential: { password }, address })
  },
})
