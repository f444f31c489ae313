import { refuse } from '../../../core/refusal.ts'
import { command } from '../command.ts'
import { signIn, welcome } from '../conversation/sign-in.ts'
import { imapWire } from '../wire-table.ts'

/** Basic authentication: decided and recorded like any other sign-in. */
const text = (octets: string): string => Buffer.from(octets, 'latin1').toString('utf8')

export const login = command({
  name: 'LOGIN',
  in: ['greeted'],
  spec: 'RFC 3501 §6.2.3',
  news: 'none',
  argumentError: 'Command Argument Error. 12',
  parse(reader) {
    const user = text(reader.space().astring())
    return { user, password: text(reader.space().astring()) }
  },
  async run({ session }, { user, password }) {
    if (!session.mayAuthenticate) refuse('not-allowed', 'Start TLS first', { code: 'PRIVACYREQUIRED' })
    const failure = await signIn(session, { password }, user)
    return failure ? { line: imapWire(session.deps.profile)(failure, 'Basic') } : welcome(session)
  },
})
