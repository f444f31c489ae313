import { ok } from '../../../codecs/pop3/reply.ts'
import { refuse } from '../../../core/refusal.ts'
import { command, nothing } from '../command.ts'

/** Milliseconds that a TLS handshake may take. */
const PATIENCE = 15_000

export const stls = command({
  name: 'STLS',
  in: ['greeted'],
  spec: 'RFC 2595 §4',
  announce: (session) => (session.mayStartTls ? 'STLS' : undefined),
  parse: nothing,
  async *run({ session }) {
    const { tls } = session.deps
    if (!tls) refuse('unsupported', 'There is no TLS here')
    if (!session.mayStartTls) refuse('wrong-state', 'TLS is already active')
    yield ok('Begin TLS negotiation.')
    try {
      await session.wire.startTls(tls(), PATIENCE)
      // RFC 2595 §4: what the client said before is forgotten.
      session.state = { at: 'greeted' }
    } catch (thrown) {
      session.log.debug({ err: thrown }, 'a TLS handshake failed')
      session.state = { at: 'gone' }
    }
  },
})
