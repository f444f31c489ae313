import { refuse } from '../../../core/refusal.ts'
import { command } from '../command.ts'
import { signIn, welcome } from '../conversation/sign-in.ts'
import { imapWire } from '../wire-table.ts'

/** Basic authentication: decided, recorded and refused like any other sign-in. The password is read past. */
export const login = command({
  name: 'LOGIN',
  in: ['greeted'],
  spec: 'RFC 3501 §6.2.3',
  news: 'none',
  argumentError: 'Command Argument Error. 12',
  parse(reader) {
    const user = reader.space().astring()
    reader.space().astring()
    return Buffer.from(user, 'latin1').toString('utf8')
  },
  async run({ session }, user) {
    if (!session.mayAuthenticate) refuse('not-allowed', 'Start TLS first', { code: 'PRIVACYREQUIRED' })
    const failure = await signIn(session, { password: true }, user)
    return failure ? { line: imapWire(session.deps.profile)(failure, 'Basic') } : welcome(session)
  },
})
