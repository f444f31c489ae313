import { setImmediate as nextTurn } from 'node:timers/promises'
import { MINUTE } from '../../../core/duration.ts'
import type { World } from '../../../core/world.ts'
import { waitForCommand } from '../notify/notifier.ts'
import { answer, failure } from '../reply/answer.ts'
import { NOT_CONNECTED } from '../wire-table.ts'
import { type ReceivedCommand, Receiver, type Unreceived } from './receive.ts'
import type { ImapSession } from './session.ts'

/** Talks until the connection is over: one command at a time, in order. */
export async function serveConnection(session: ImapSession): Promise<void> {
  const receiver = new Receiver(session)
  const pace = new Pace(session.deps.world, session.deps.settings.commands_per_minute)
  const turn = new TimeSlice(session)
  let malformed = 0
  let slowed = false
  await session.outbox.add(greeting(session))
  await session.outbox.flush()
  while (session.state.at !== 'gone') {
    try {
      await waitForCommand(session)
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
async function slowDown({ exchange, outbox, wire, deps }: ImapSession, wait: number, told: boolean): Promise<void> {
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

const over = ({ state, wire }: ImapSession): boolean => state.at === 'gone' || wire.gone

async function respond(session: ImapSession, received: ReceivedCommand | Unreceived): Promise<string> {
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
const tellsProgress = ({ state }: ImapSession, { command }: ReceivedCommand): boolean =>
  state.at !== 'greeted' && command.name !== 'IDLE'

async function refused(session: ImapSession, tag: string, thrown: unknown): Promise<string> {
  const line = failure(session, tag, thrown)
  // The rest of an answer that was announced will not come.
  if (session.outbox.midway) session.wire.destroy()
  await session.outbox.add(line)
  return line.startsWith(`${tag} BAD`) ? 'BAD' : 'NO'
}

function greeting(session: ImapSession): string {
  const { frontEnd, hostname, world } = session.deps
  if (!session.exchange) return `* OK [CAPABILITY ${session.capabilities()}] Postern is ready\r\n`
  const host = Buffer.from(hostname, 'utf16le').toString('base64')
  return frontEnd === 'classic'
    ? `* OK The Microsoft Exchange IMAP4 service is ready. [${host}]\r\n`
    : `* OK Microsoft Exchange IMAP4 service ready. ${world.guid()} (tcpproxy/15.21.0406.000 BACKENDAUTHENTICATE) [${host}]\r\n`
}

/** RFC 9585 §4: how long a command has to take for the client to hear that it is still worked at, and how often it does. */
const EVERY = 15_000
/** How often a client that has closed its side is written to: one that has gone altogether is found out by that. */
const WHEN_HUNG_UP = 1000

/** Lets the client know that a command takes its time; to be called with what ends that. */
function tellProgress(session: ImapSession, tag: string): () => void {
  const { outbox, deps, exchange, wire } = session
  const text = exchange ? 'Still working' : `[INPROGRESS ("${tag}" NIL NIL)] Still working`
  let stop: (() => void) | undefined
  const tellAfter = (milliseconds: number): void => {
    stop?.()
    stop = deps.world.after(milliseconds, () => {
      tellAfter(milliseconds)
      // Within an answer nothing else can be said, and the client sees that there is progress.
      if (!outbox.midway) void outbox.add(`* OK ${text}\r\n`).then(() => outbox.flush())
    })
  }
  // Exchange Online has no such line for a client that is there.
  if (!exchange) tellAfter(EVERY)
  const hearNoMore = wire.whenHungUp(() => tellAfter(WHEN_HUNG_UP))
  return () => {
    hearNoMore()
    stop?.()
  }
}

/** How fast a client may go on giving commands: a minute's worth of them at once, and no more than that by the minute. */
export class Pace {
  readonly #world: World
  readonly #each: number
  /** When all that it was allowed so far would have been given one by one. */
  #due = 0

  constructor(world: World, perMinute: number) {
    this.#world = world
    this.#each = MINUTE / perMinute
  }

  /** Counts a command. Gives the milliseconds until the next may be looked at. */
  count(): number {
    const now = this.#world.now()
    this.#due = Math.max(this.#due, now) + this.#each
    return Math.max(0, Math.ceil(this.#due - now - MINUTE))
  }
}

/** Milliseconds for which one client is answered before the others have their turn. */
const LONGEST = 5

/** How long one client has been answered without a wait. */
class TimeSlice {
  readonly #session: ImapSession
  /** When the first of the commands was answered that were sent ahead; undefined where nothing was. */
  #began: number | undefined

  constructor(session: ImapSession) {
    this.#session = session
  }

  /** A command has been answered: the answer goes out, along with those to the commands that were sent ahead. */
  async over(): Promise<void> {
    const { outbox, wire, deps } = this.#session
    if (!wire.lineArrived) {
      this.#began = undefined
      return outbox.flush()
    }
    outbox.flushSoon()
    const now = deps.world.now()
    this.#began ??= now
    if (now - this.#began < LONGEST) return
    await nextTurn()
    this.#began = undefined
  }
}
