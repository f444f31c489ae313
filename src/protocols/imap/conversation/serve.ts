import { setImmediate as nextTurn } from 'node:timers/promises'
import { MINUTE } from '../../../core/time.ts'
import type { World } from '../../../core/world.ts'
import { waitForCommand } from '../notify/notifier.ts'
import { answer, failure } from '../reply/answer.ts'
import { NOT_CONNECTED } from '../wire-table.ts'
import { type ReceivedCommand, Receiver, type RefusedCommand } from './receive.ts'
import type { ImapSession } from './session.ts'

/** Serves a connection until it ends: one command at a time, in order. */
export async function serveConnection(session: ImapSession): Promise<void> {
  const receiver = new Receiver(session)
  const pace = new Pace(session.deps.world, session.deps.settings.commands_per_minute)
  const slice = new TimeSlice(session)
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
    await slice.over()
    const wait = pace.count()
    if (wait > 0) {
      await delayNext(session, wait, slowed)
      slowed = true
    }
    const { settings } = session.deps
    if (malformed >= settings.bad_commands) session.bye('Too many malformed commands')
    if (session.failedSignIns >= settings.authentication_failures) session.bye('Too many failed sign-ins')
  }
}

/** Delays the next command of a client that is too fast. Nothing is refused; the client is told once. */
async function delayNext(
  { exchange, outbox, wire, deps }: ImapSession,
  wait: number,
  reported: boolean,
): Promise<void> {
  if (!reported && !exchange) await outbox.add('* NO [LIMIT] Commands come too fast and are delayed\r\n')
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

async function respond(session: ImapSession, received: ReceivedCommand | RefusedCommand): Promise<string> {
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
  const stopProgress = hasProgress(session, received) ? reportProgress(session, tag) : undefined
  try {
    for await (const reply of answer(session, received)) {
      // The client has gone.
      if (over(session)) break
      await outbox.add(reply)
    }
    return 'OK'
  } catch (thrown) {
    return refused(session, tag, thrown)
  } finally {
    stopProgress?.()
  }
}

/** Sign-in and IDLE wait for the client, so they have no progress to report. */
const hasProgress = ({ state }: ImapSession, { command }: ReceivedCommand): boolean =>
  state.at !== 'greeted' && command.name !== 'IDLE'

async function refused(session: ImapSession, tag: string, thrown: unknown): Promise<string> {
  const line = failure(session, tag, thrown)
  // The rest of a literal that was announced cannot be sent.
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

/** RFC 9585 §4: milliseconds between two progress lines, and before the first. */
const EVERY = 15_000
/** Milliseconds between two lines to a client that has closed its side: writing detects one that has gone. */
const WHEN_HUNG_UP = 1000

/** Reports progress of a long command to the client, until the returned function is called. */
function reportProgress(session: ImapSession, tag: string): () => void {
  const { outbox, deps, exchange, wire } = session
  const text = exchange ? 'Still working' : `[INPROGRESS ("${tag}" NIL NIL)] Still working`
  let stop: (() => void) | undefined
  const notifyAfter = (milliseconds: number): void => {
    stop?.()
    stop = deps.world.after(milliseconds, () => {
      notifyAfter(milliseconds)
      // No line may interrupt a literal; and then the client sees progress anyway.
      if (!outbox.midway) void outbox.add(`* OK ${text}\r\n`).then(() => outbox.flush())
    })
  }
  // Exchange Online has no progress lines for a connected client.
  if (!exchange) notifyAfter(EVERY)
  const stopWatching = wire.whenHungUp(() => notifyAfter(WHEN_HUNG_UP))
  return () => {
    stopWatching()
    stop?.()
  }
}

/** Limits the rate of commands: a burst of one minute's commands, and then the rate per minute. */
export class Pace {
  readonly #world: World
  readonly #each: number
  /** The time at which the counted commands would end if they came at the allowed rate. */
  #due = 0

  constructor(world: World, perMinute: number) {
    this.#world = world
    this.#each = MINUTE / perMinute
  }

  /** Counts a command. Returns the milliseconds to wait before the next one. */
  count(): number {
    const now = this.#world.elapsed()
    this.#due = Math.max(this.#due, now) + this.#each
    return Math.max(0, Math.ceil(this.#due - now - MINUTE))
  }
}

/** Milliseconds for which one client is served before other clients run. */
const LONGEST = 5

/** Limits the time for which one client with pipelined commands is served without a pause. */
class TimeSlice {
  readonly #session: ImapSession
  /** The time of the reply to the first pipelined command; undefined if nothing was pipelined. */
  #began: number | undefined

  constructor(session: ImapSession) {
    this.#session = session
  }

  /** Called after each reply. Sends it, together with the replies to other pipelined commands. */
  async over(): Promise<void> {
    const { outbox, wire, deps } = this.#session
    if (!wire.lineArrived) {
      this.#began = undefined
      return outbox.flush()
    }
    outbox.flushSoon()
    const now = deps.world.elapsed()
    this.#began ??= now
    if (now - this.#began < LONGEST) return
    await nextTurn()
    this.#began = undefined
  }
}
