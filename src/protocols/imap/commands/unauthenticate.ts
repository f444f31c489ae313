import { refuse } from '../../../core/refusal.ts'
import { command, nothing } from '../command.ts'

/** Whoever comes next has to sign in; TLS stays as it is. */
export const unauthenticate = command({
  name: 'UNAUTHENTICATE',
  profile: 'standards',
  in: ['signed-in', 'selected'],
  spec: 'RFC 8437 §3, §4.1',
  news: 'none',
  parse: nothing,
  async run({ session }) {
    const { wire, deps } = session
    // RFC 8437 §8: it can be switched off.
    if (!deps.settings.unauthenticate) refuse('bad-syntax', 'There is no such command')
    session.signedOut()
    wire.endInflate()
    return {
      code: `CAPABILITY ${session.capabilities()}`,
      // RFC 8437 §4.1: nothing is packed after this answer.
      async after() {
        if (!wire.deflated) return
        await wire.sent(deps.settings.stall_seconds * 1000)
        wire.endDeflate()
      },
    }
  },
})
