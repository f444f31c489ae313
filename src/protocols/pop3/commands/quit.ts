import { ok } from '../../../codecs/pop3/reply.ts'
import { Refusal } from '../../../core/refusal.ts'
import { command, nothing } from '../command.ts'
import type { In, Session } from '../session.ts'

export const quit = command({
  name: 'QUIT',
  in: ['greeted', 'signed-in'],
  spec: 'RFC 1939 §6',
  parse: nothing,
  async *run({ session, state }) {
    const reply = state.at === 'signed-in' ? await update(session, state) : ok(session.wording.goodbye)
    session.state = { at: 'gone' }
    yield reply
  },
})

/** RFC 1939 §6: whatever comes of the update, the lock is given back, and the session is over. */
async function update(session: Session, { drop, leave }: In<'signed-in'>): Promise<string> {
  try {
    await drop.update()
    return ok(session.wording.goodbye)
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) session.log.error({ err: thrown }, 'deleted messages could not be removed')
    return session.wording.refusal('Deleted messages were not removed', 'SYS/TEMP')
  } finally {
    leave()
  }
}
