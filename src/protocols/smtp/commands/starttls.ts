import { reply } from '../../../codecs/smtp/reply.ts'
import { decline } from '../answers.ts'
import { command, nothing } from '../command.ts'

/** Milliseconds that a TLS handshake may take. */
const PATIENCE = 15_000

export const starttls = command({
  name: 'STARTTLS',
  in: ['connected', 'greeted'],
  spec: 'RFC 3207 §4',
  parse: nothing,
  async *run({ session }) {
    const { tls } = session.deps
    if (!tls) decline('no-tls')
    if (!session.mayStartTls) decline('tls-active')
    yield reply(220, '2.0.0', session.wording.tls)
    try {
      await session.wire.startTls(tls(), PATIENCE)
      // RFC 3207 §4.2: what the client said before is forgotten.
      session.state = { at: 'connected' }
    } catch (thrown) {
      session.log.debug({ err: thrown }, 'a TLS handshake failed')
      session.state = { at: 'gone' }
    }
  },
})
