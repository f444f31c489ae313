import { refuse } from '../../../core/refusal.ts'
import { command, nothing } from '../command.ts'
import { tellNews } from '../news.ts'
import { flush, type Reply } from '../reply.ts'
import type { Session } from '../session.ts'

export const idle = command({
  name: 'IDLE',
  in: ['signed-in', 'selected'],
  spec: 'RFC 2177 §3',
  news: 'own',
  parse: nothing,
  async *run({ session }) {
    yield `+ ${session.texts.idling}\r\n`
    const line = yield* untilLine(session)
    if (line.toString('latin1').toUpperCase() !== 'DONE') refuse('bad-syntax', 'Expected DONE')
  },
})

/** Tells what there is to tell until the client says something. */
async function* untilLine(session: Session): AsyncGenerator<Reply, Buffer> {
  const heard = settled(session.line())
  for (;;) {
    // Asked for before the news are told, so that none comes between.
    const woken = session.woken()
    const { selected } = session
    if (selected) yield tellNews(selected, true, session.exchange)
    yield flush
    const alive = keepAlive(session)
    const first = await Promise.race([heard.promise, woken, alive.promise])
    alive.stop()
    if (heard.outcome) return heard.outcome()
    if (first === 'alive') yield '* OK Still here\r\n'
  }
}

/** NAT devices forget a connection on which nothing is said. */
function keepAlive({ deps }: Session): { promise: Promise<'alive'>; stop: () => void } {
  const { promise, resolve } = Promise.withResolvers<'alive'>()
  return { promise, stop: deps.world.after(deps.settings.keep_alive_seconds * 1000, () => resolve('alive')) }
}

interface Settled<T> {
  /** Resolves, whatever the outcome. */
  readonly promise: Promise<void>
  /** Gives or throws what there came of it, once there is one. */
  outcome?: () => T
}

function settled<T>(work: Promise<T>): Settled<T> {
  const result: { promise: Promise<void>; outcome?: () => T } = {
    promise: work.then(
      (value) => {
        result.outcome = () => value
      },
      (thrown: unknown) => {
        result.outcome = () => {
          throw thrown
        }
      },
    ),
  }
  return result
}
