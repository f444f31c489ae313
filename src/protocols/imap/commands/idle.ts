import { refuse } from '../../../core/refusal.ts'
import { command, nothing } from '../command.ts'
import { notified } from '../notify/until-next.ts'
import { outcomeOf } from '../outcome.ts'
import { flush, type Reply } from '../reply.ts'
import type { Session } from '../session.ts'
import { told } from '../told.ts'

export const idle = command({
  name: 'IDLE',
  in: ['signed-in', 'selected'],
  spec: 'RFC 2177 §3',
  parse: nothing,
  async *run({ session }) {
    yield `+ ${session.texts.idling}\r\n`
    const line = yield* untilLine(session)
    if (line.toString('latin1').toUpperCase() !== 'DONE') refuse('bad-syntax', 'Expected DONE')
  },
})

/** Tells what there is to tell until the client says something. */
async function* untilLine(session: Session): AsyncGenerator<Reply, Buffer> {
  const heard: { line?: () => Buffer } = {}
  void outcomeOf(session.line()).then((line) => {
    heard.line = line
    session.wake()
  })
  for (;;) {
    // Asked for before there is a look at anything, so that nothing comes between.
    const woken = session.woken()
    const { state } = session
    // After it there may be a command with numbers in it, sent ahead.
    if (heard.line) return heard.line()
    if (state.at === 'selected') yield* told(session, state.mailbox, state.selected, { mayExpunge: true })
    yield* notified(session)
    yield flush
    if (await longSilence(session, woken)) yield '* OK Still here\r\n'
  }
}

/** Waits until the session is woken; true when nothing had been said for so long that NAT devices might forget the connection. */
async function longSilence(session: Session, woken: Promise<void>): Promise<boolean> {
  const { world, settings } = session.deps
  let long = false
  const stop = world.after(settings.keep_alive_seconds * 1000, () => {
    long = true
    session.wake()
  })
  await woken
  stop()
  return long
}
