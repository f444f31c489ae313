import { answer, failure } from '../reply/answer.ts'
import { tellProgress } from '../searching/in-progress.ts'
import { untilNext } from '../notify/until-next.ts'
import { Pace } from './pace.ts'
import { Receiver, type Received, type Unreceived } from './receive.ts'
import type { Session } from './session.ts'
import { Turn } from './turn.ts'
import { NOT_CONNECTED } from '../wire-table.ts'

/** Talks until the connection is over: one command at a time, in order. */
export async function converse(session: Session): Promise<void> {
  const receiver = new Receiver(session)
  const pace = new Pace(session.deps.world, session.deps.settings.commands_per_minute)
  const turn = new Turn(session)
  let malformed = 0
  let slowed = false
  await session.outbox.add(greeting(session))
  await session.outbox.flush()
  while (session.state.at !== 'gone') {
    try {
      await untilNext(session)
      const received = await receiver.next()
      if (!received || over(session)) return
      const verdict = await respond(session, received)
      malformed = verdict === 'BAD' ? malformed + 1 : 0
    } finally {
      receiver.done()
    }
    await turn.over()
    const wait = pace.count()
    if (wait > 0) {
      await slowDown(session, wait, slowed)
      slowed = true
    }
    const { settings } = session.deps
    if (malformed >= settings.bad_commands) session.bye('Too many malformed commands')
    if (session.failures >= settings.authentication_failures) session.bye('Too many failed sign-ins')
  }
}

/** Nothing is refused for coming too fast: what comes next is not looked at before its time, and the client is told once. */
async function slowDown({ exchange, outbox, wire, deps }: Session, wait: number, told: boolean): Promise<void> {
  if (!told && !exchange) await outbox.add('* NO [LIMIT] Commands come too fast, and wait\r\n')
  await outbox.flush()
  const { closed } = wire
  if (closed.aborted) return
  await new Promise<void>((resolve) => {
    const goOn = (): void => {
      stop()
      closed.removeEventListener('abort', goOn)
      resolve()
    }
    const stop = deps.world.after(wait, goOn)
    closed.addEventListener('abort', goOn)
  })
}

const over = ({ state, wire }: Session): boolean => state.at === 'gone' || wire.gone

async function respond(session: Session, received: Received | Unreceived): Promise<string> {
  const { outbox, texts } = session
  const { tag } = received
  if ('refusal' in received) {
    if (session.state.at === 'unconnected') {
      await outbox.add(`${tag} ${NOT_CONNECTED}\r\n`)
      await outbox.flush()
      session.bye(texts.ended)
      return 'BAD'
    }
    return refused(session, tag, received.refusal)
  }
  const told = tellsProgress(session, received) ? tellProgress(session, tag) : undefined
  try {
    for await (const reply of answer(session, received)) {
      // Nobody is there to hear the rest.
      if (over(session)) break
      await outbox.add(reply)
    }
    return 'OK'
  } catch (thrown) {
    return refused(session, tag, thrown)
  } finally {
    told?.()
  }
}

/** To sign in and to idle is to wait for the client. */
const tellsProgress = ({ exchange, state }: Session, { command }: Received): boolean =>
  !exchange && state.at !== 'greeted' && command.name !== 'IDLE'

async function refused(session: Session, tag: string, thrown: unknown): Promise<string> {
  const line = failure(session, tag, thrown)
  // The rest of an answer that was announced will not come.
  if (session.outbox.midway) session.wire.destroy()
  await session.outbox.add(line)
  return line.startsWith(`${tag} BAD`) ? 'BAD' : 'NO'
}

function greeting(session: Session): string {
  const { frontEnd, hostname, world } = session.deps
  if (!session.exchange) return `* OK [CAPABILITY ${session.capabilities()}] Postern is ready\r\n`
  const host = Buffer.from(hostname, 'utf16le').toString('base64')
  return frontEnd === 'classic'
    ? `* OK The Microsoft Exchange IMAP4 service is ready. [${host}]\r\n`
    : `* OK Microsoft Exchange IMAP4 service ready. ${world.guid()} (tcpproxy/15.21.0406.000 BACKENDAUTHENTICATE) [${host}]\r\n`
}
