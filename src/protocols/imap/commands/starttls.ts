import { refuse } from '../../../core/refusal.ts'
import { command, nothing } from '../command.ts'

const HANDSHAKE = 10_000

export const starttls = command({
  name: 'STARTTLS',
  in: ['greeted'],
  spec: 'RFC 3501 §6.2.1',
  news: 'none',
  parse: nothing,
  async run({ session }) {
    const { deps, wire } = session
    const { tls } = deps
    if (!tls || !session.mayStartTls) refuse('wrong-state', 'There is nothing to start')
    return {
      text: 'Begin TLS negotiation now.',
      // What follows a failed handshake is not a conversation.
      after: () => wire.startTls(tls(), HANDSHAKE).catch(() => wire.destroy()),
    }
  },
})
