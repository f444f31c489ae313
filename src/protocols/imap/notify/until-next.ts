import type { Reply } from '../reply/reply.ts'
import type { Session } from '../conversation/session.ts'
import { OVERFLOW } from './notifier.ts'

/** Waits for the client's next command, and tells what it has asked for with NOTIFY in the meantime. */
export async function untilNext(session: Session): Promise<void> {
  // RFC 3501 §5.5: what was sent ahead may hold numbers that news would change.
  if (!session.notifier || session.wire.pending > 0) return
  const heard = { any: false }
  const readable = session.wire.readable(session.silence).then((ending) => {
    heard.any = true
    session.wake()
    return ending
  })
  while (!heard.any) {
    const woken = session.woken()
    for await (const reply of notified(session)) await session.outbox.add(reply)
    await session.outbox.flush()
    if (!heard.any) await woken
  }
  if ((await readable) === 'silent') session.bye(session.texts.silent)
}

/** What there is to tell. Whoever cannot be told all is told that, and then no more (RFC 5465 §5.8). */
export async function* notified(session: Session, idle = false): AsyncGenerator<Reply> {
  const { notifier } = session
  if (!notifier) return
  let goesOn = false
  try {
    goesOn = yield* notifier.news(idle)
  } catch (thrown) {
    if (session.state.at === 'gone') return
    session.deps.log.error({ err: thrown }, 'an IMAP notification failed')
    yield OVERFLOW
  }
  if (!goesOn) session.notify(undefined)
}
