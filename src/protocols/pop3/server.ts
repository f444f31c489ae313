import { ok, readCommand } from '../../codecs/pop3/command-line.ts'
import { OctetBudget } from '../../core/octet-budget.ts'
import { Refusal, refuse } from '../../core/refusal.ts'
import type { ConnectionEnd } from '../../core/wire.ts'
import type { LineProtocol } from '../line/session.ts'
import { createLineProtocol } from '../line/server.ts'
import type { Pop3Command, Pop3Reply } from './command.ts'
import { apop, auth, pass, stls, user } from './commands/authorization.ts'
import { capa, dele, list, noop, quit, retr, rset, stat, top, uidl } from './commands/transaction.ts'
import { type Pop3Deps, type Pop3Piece, Pop3Session } from './session.ts'
import { isClientFault, replyTo, wordings } from './wire-table.ts'

/** POP3: RFC 1939, with RFC 2449 (CAPA), RFC 2595 (STLS), RFC 5034 (AUTH) and RFC 3206 (response codes). */
export function createPop3(deps: Pop3Deps): LineProtocol {
  const wording = wordings[deps.profile]
  const readAhead = new OctetBudget(deps.settings.read_ahead_octets)
  const stopping = wording.refusal('The server is stopping', 'SYS/TEMP')
  return createLineProtocol<Pop3Session>({
    tooManyConnections: (excess) =>
      wording.refusal(`There are too many connections${excess === 'address' ? ' from you' : ''}`, 'SYS/TEMP'),
    stopping,
    open: (wire, connection) => new Pop3Session(wire, connection, deps, readAhead),
    serve: serveConnection,
    stop: (session) => session.farewell.say(stopping),
  })
}

/** Talks with the client until the session is over. Only QUIT removes messages. */
async function serveConnection(session: Pop3Session): Promise<void> {
  session.awaitSignIn()
  try {
    await session.write(ok(session.wording.greeting(session.deps.hostname)))
    while (session.state.at !== 'gone' && (await runCommand(session)) === 'go on');
  } finally {
    session.leave()
  }
  await session.flush()
  session.wire.end(session.farewell.words)
}

/** Runs one command and sends its reply. */
async function runCommand(session: Pop3Session): Promise<'go on' | 'over'> {
  try {
    const line = await session.line()
    if (isEnding(line)) return 'over'
    const { keyword, args } = readCommand(line)
    const verb = commands.get(keyword) ?? refuse('unsupported', 'There is no such command')
    const then = await send(session, verb.answer(session, args))
    const { state } = session
    if (verb.does && state.at === 'signed-in') state.did(verb.does)
    return then
  } catch (thrown) {
    return refused(session, thrown)
  }
}

const isEnding = (line: Buffer | ConnectionEnd): line is ConnectionEnd => typeof line === 'string'

async function send(session: Pop3Session, reply: Pop3Reply): Promise<'go on' | 'over'> {
  const content = await reply
  if (isPiece(content)) await session.write(content)
  else if ((await sendPieces(session, content)) === 'over') return 'over'
  return session.farewell.words === undefined && !session.wire.gone ? 'go on' : 'over'
}

const isPiece = (content: Pop3Piece | AsyncIterable<Pop3Piece>): content is Pop3Piece =>
  typeof content === 'string' || !(Symbol.asyncIterator in content)

async function sendPieces(session: Pop3Session, pieces: AsyncIterable<Pop3Piece>): Promise<'go on' | 'over'> {
  let begun = false
  try {
    for await (const piece of pieces) {
      if (begun && session.farewell.words !== undefined) return cutOff(session)
      begun = true
      await session.write(piece)
      if (session.wire.gone) return 'over'
    }
    return 'go on'
  } catch (thrown) {
    if (!begun) throw thrown
    // The client must not take half a reply for a complete one.
    if (!(thrown instanceof Refusal)) session.log.warn({ err: thrown }, 'a reply was cut off')
    return cutOff(session)
  }
}

function cutOff(session: Pop3Session): 'over' {
  session.wire.destroy()
  return 'over'
}

async function refused(session: Pop3Session, thrown: unknown): Promise<'go on' | 'over'> {
  if (!(thrown instanceof Refusal)) {
    session.log.error({ err: thrown }, 'a command failed')
    await session.write(session.wording.refusal('Something went wrong here', 'SYS/TEMP'))
    return 'over'
  }
  if (session.farewell.words !== undefined) return 'over'
  await session.write(replyTo(thrown, session.wording))
  return isClientFault(thrown.reason) && session.badCommand() ? 'over' : 'go on'
}

/** Every command, in the order in which CAPA announces them. */
const table: readonly Pop3Command[] = [
  top,
  uidl,
  stls,
  auth,
  user,
  pass,
  apop,
  capa(() => table),
  stat,
  list,
  retr,
  dele,
  rset,
  noop,
  quit,
]

export const commands: ReadonlyMap<string, Pop3Command> = new Map(table.map((it) => [it.name, it]))
