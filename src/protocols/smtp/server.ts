import { readCommand } from '../../codecs/smtp/command-line.ts'
import { reply } from '../../codecs/smtp/reply.ts'
import { Refusal } from '../../core/refusal.ts'
import { SECOND } from '../../core/time.ts'
import { Uploads } from '../../core/uploads/uploads.ts'
import type { LineProtocol } from '../line/session.ts'
import { createLineProtocol } from '../line/server.ts'
import type { SmtpCommand } from './command.ts'
import { auth } from './commands/auth.ts'
import { bdat, data, mail, rcpt } from './commands/mail-transaction.ts'
import { ehlo, helo, help, noop, quit, rset, starttls, vrfy } from './commands/session.ts'
import { decline, isClientFault, replyTo } from './refusals.ts'
import { type SmtpDeps, SmtpSession } from './session.ts'

/** Milliseconds for the reply that is under way when the server stops. */
const STOPPING: number = 5 * SECOND

/**
 * Message submission: RFC 6409 over RFC 5321, with RFC 3207 (STARTTLS), RFC 4954 (AUTH), RFC 1870 (SIZE), RFC 2920
 * (PIPELINING), RFC 3030 (CHUNKING, BINARYMIME), RFC 6152 (8BITMIME), RFC 6531 (SMTPUTF8) and RFC 2034 (status codes).
 */
export function createSmtp(deps: SmtpDeps): LineProtocol {
  const { settings } = deps
  const uploads = new Uploads(deps.uploads, { octets: settings.data_budget_octets, largest: settings.message_octets })
  const stopping = reply(421, '4.3.2', 'The server is stopping')
  return createLineProtocol<SmtpSession>({
    tooManyConnections: (excess) =>
      reply(421, '4.3.2', `There are too many connections${excess === 'address' ? ' from you' : ''}`),
    stopping,
    open: (wire, connection) => new SmtpSession(wire, connection, deps, uploads),
    serve: serveConnection,
    stop: (session) => session.farewell.say(stopping, STOPPING),
  })
}

/** Talks with the client until the session is over. */
async function serveConnection(session: SmtpSession): Promise<void> {
  const { deps, wording } = session
  session.awaitSignIn()
  try {
    await session.write(reply(220, undefined, wording.greeting(deps.hostname, deps.world.now(), deps.world.guid())))
    while (session.state.at !== 'gone' && (await runCommand(session)) === 'go on');
  } finally {
    session.leave()
  }
  session.wire.end(session.farewell.words)
}

/** Runs one command and sends its replies. */
async function runCommand(session: SmtpSession): Promise<'go on' | 'over'> {
  try {
    const line = await session.line()
    if (typeof line === 'string') return 'over'
    const { verb, args } = readCommand(line)
    const command = commands.get(verb) ?? decline('no-such-command')
    for await (const text of command.answer(session, args)) {
      await session.write(text)
      if (session.wire.gone) return 'over'
    }
  } catch (thrown) {
    await refused(session, thrown)
  }
  return session.farewell.words === undefined ? 'go on' : 'over'
}

async function refused(session: SmtpSession, thrown: unknown): Promise<void> {
  const { profile, hostname } = session.deps
  if (!(thrown instanceof Refusal)) {
    session.log.error({ err: thrown }, 'a command failed')
    return session.farewell.say(reply(421, '4.3.0', 'Something went wrong here'))
  }
  // The farewell says why: access revoked the mailbox handle.
  if (thrown.reason === 'gone' && session.farewell.words !== undefined) return
  await session.write(replyTo(thrown, profile, hostname))
  if (isClientFault(thrown, session.isSignedIn)) session.badCommand()
}

/** Every command, in the order in which HELP names them. */
const table: readonly SmtpCommand[] = [
  ehlo,
  helo,
  starttls,
  auth,
  mail,
  rcpt,
  data,
  bdat,
  rset,
  noop,
  vrfy,
  help(() => table),
  quit,
]

const commands: ReadonlyMap<string, SmtpCommand> = new Map(table.map((it) => [it.name, it]))
