import { refuse } from '../../../core/refusal.ts'
import { addressOf } from '../address.ts'
import { command } from '../command.ts'
import { signIn } from '../sign-in.ts'

export const apop = command({
  name: 'APOP',
  in: ['greeted'],
  spec: 'RFC 1939 §7',
  parse: (args) => ({ name: addressOf(args.word()), digest: args.word() }),
  async *run({ session }, { name }) {
    if (!session.mayAuthenticate) refuse('wrong-state', 'TLS is needed first')
    yield await signIn(session, { credential: { password: undefined }, address: name })
  },
})
