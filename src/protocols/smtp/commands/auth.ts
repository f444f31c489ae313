import { idOf } from '../../../access/rights.ts'
import type { Caller } from '../../../access/types.ts'
import type { SmtpArguments } from '../../../codecs/smtp/command-line.ts'
import { challenge } from '../../../codecs/smtp/reply.ts'
import { Refusal, refuse } from '../../../core/refusal.ts'
import type { MessageAuthor } from '../../../domain/transport/types.ts'
import { decline, refusalNamed, replyTo } from '../answers.ts'
import { command } from '../command.ts'
import { type SmtpClaim, claimOf, failureChallenge, type SmtpMechanism, mechanisms } from '../mechanisms.ts'
import type { SmtpSession } from '../session.ts'
import { smtpWire } from '../wire-table.ts'

export const auth = command({
  name: 'AUTH',
  in: ['greeted'],
  spec: 'RFC 4954 §4',
  parse: (args) => ({
    name: args.word().toUpperCase(),
    initial: args.empty ? undefined : initialResponse(args),
  }),
  async *run({ session }, { name, initial }) {
    if (!session.mayAuthenticate) decline('tls-before-auth')
    const mechanism = mechanisms.find((it) => it.name === name) ?? decline('mechanism')
    const claim = await read(session, mechanism, await responses(session, mechanism, initial))
    const answer = await signIn(session, claim)
    if (session.state.at === 'greeted') {
      if (mechanism.failure.includes(session.deps.profile)) await acknowledged(session)
      session.authenticationFailed()
    }
    yield answer
  },
})

/** RFC 4954 §4: `=` is a response that is there and empty. */
const initialResponse = (args: SmtpArguments): string => {
  const given = args.word()
  return given === '=' ? '' : given
}

async function responses(
  session: SmtpSession,
  mechanism: SmtpMechanism,
  initial: string | undefined,
): Promise<string[]> {
  const given = initial === undefined ? [] : [initial]
  for (const text of mechanism.challenges.slice(given.length)) given.push(await ask(session, text))
  return given
}

/** Sends a challenge and takes the client's line. Refuses when the client gives up. */
async function ask(session: SmtpSession, base64: string): Promise<string> {
  await session.write(challenge(base64))
  const line = await session.line()
  if (typeof line === 'string') return refuse('gone', 'There was no response')
  const response = line.toString('latin1').trim()
  return response === '*' ? decline('cancelled') : response
}

async function read(session: SmtpSession, mechanism: SmtpMechanism, given: readonly string[]): Promise<SmtpClaim> {
  try {
    return claimOf(mechanism, given)
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown
    session.authenticationFailed()
    return unread(session, thrown)
  }
}

async function unread({ deps, peer }: SmtpSession, { detail: { fault, user } }: Refusal): Promise<never> {
  const { access, profile, hostname } = deps
  const refusal = refusalNamed('auth-response')
  const wire = replyTo(refusal, profile, hostname).trimEnd()
  if (fault !== undefined) await access.unread({ protocol: 'smtp', address: user, from: peer, fault, wire })
  throw refusal
}

/** RFC 7628 §3.2.3: whatever the client says to a failure, it has been told, and the refusal follows. */
async function acknowledged(session: SmtpSession): Promise<void> {
  await session.write(challenge(failureChallenge))
  await session.line()
}

/** Shows a claim to access. Answers with what to say; the state says what became of it. */
async function signIn(session: SmtpSession, { credential, address }: SmtpClaim): Promise<string> {
  const { access, profile, hostname } = session.deps
  const { name } = session.at(['greeted']).client
  const entry = await access.enter({ credential, protocol: 'smtp', address, from: session.peer, client: name })
  if (entry.granted) {
    const leaveCaller = session.connection.signIn(idOf(entry.caller))
    if (!leaveCaller) {
      entry.leave()
      session.authenticationFailed()
      return decline('too-many-connections')
    }
    const sender = { mailbox: entry.mailbox, author: authorOf(entry.caller) }
    session.signedIn(sender, {
      caller: idOf(entry.caller),
      submitted: () => entry.did('submit'),
      deniedSender: (denied) => entry.deniedSender(denied),
      leave: () => {
        leaveCaller()
        entry.leave()
      },
    })
  }
  const authentication = 'bearer' in credential ? 'Bearer' : 'Basic'
  const said = entry.granted
    ? smtpWire(profile, hostname)(undefined, authentication)
    : smtpWire(profile, hostname)(entry.failed, authentication, false, entry.switchedOff)
  return `${said}\r\n`
}

const authorOf = (caller: Caller): MessageAuthor =>
  caller.kind === 'app' ? { kind: 'app', appId: caller.appId } : { kind: 'user', id: caller.user.id }
