import { idOf } from '../../../access/rights.ts'
import type { Caller } from '../../../access/types.ts'
import { challenge } from '../../../codecs/smtp/reply.ts'
import { Refusal, refuse } from '../../../core/refusal.ts'
import type { MessageAuthor } from '../../../domain/transport/types.ts'
import {
  announcedNames,
  bearerFailure,
  claimOf,
  initialResponse,
  login,
  oauthbearer,
  type OfferedMechanism,
  plain,
  xoauth2,
} from '../../line/mechanisms.ts'
import { admit, recordUnread, requestEntry, type SignInClaim } from '../../line/sign-in.ts'
import { command } from '../command.ts'
import { decline, refusalNamed, replyTo } from '../refusals.ts'
import type { SmtpSession } from '../session.ts'
import { smtpWire } from '../wire-table.ts'

export const auth = command({
  name: 'AUTH',
  in: ['greeted'],
  spec: 'RFC 4954 §4',
  parse: (args) => ({
    name: args.word().toUpperCase(),
    initial: args.empty ? undefined : initialResponse(args.word()),
  }),
  async *run({ session }, { name, initial }) {
    if (!session.mayAuthenticate) decline('tls-before-auth')
    const mechanism = mechanisms.find((it) => it.name === name) ?? decline('mechanism')
    const claim = await read(session, mechanism, await responses(session, mechanism, initial))
    const answer = await signIn(session, claim)
    if (session.state.at === 'greeted') {
      if (mechanism.explained.includes(session.deps.profile)) await explain(session)
      session.authenticationFailed()
    }
    yield answer
  },
})

async function responses(
  session: SmtpSession,
  mechanism: OfferedMechanism,
  initial: string | undefined,
): Promise<string[]> {
  const received = initial === undefined ? [] : [initial]
  for (const text of mechanism.challenges.slice(received.length)) received.push(await ask(session, text))
  return received
}

/** Sends a challenge and reads the response. Refuses if the client cancels. */
async function ask(session: SmtpSession, base64: string): Promise<string> {
  await session.write(challenge(base64))
  const line = await session.line()
  if (typeof line === 'string') return refuse('gone', 'There was no response')
  const response = line.toString('latin1').trim()
  return response === '*' ? decline('cancelled') : response
}

async function read(
  session: SmtpSession,
  mechanism: OfferedMechanism,
  received: readonly string[],
): Promise<SignInClaim> {
  try {
    return claimOf(mechanism, received)
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown
    session.authenticationFailed()
    return refuseUnread(session, thrown)
  }
}

async function refuseUnread(session: SmtpSession, unread: Refusal): Promise<never> {
  const { profile, hostname } = session.deps
  const refusal = refusalNamed('auth-response')
  await recordUnread(session, unread, replyTo(refusal, profile, hostname).trimEnd())
  throw refusal
}

/** RFC 7628 §3.2.3: explains the failure. The refusal follows the client's response, which may be anything. */
async function explain(session: SmtpSession): Promise<void> {
  await session.write(challenge(bearerFailure()))
  await session.line()
}

/** Asks access for an entry. Returns the reply; the session's state has the outcome. */
async function signIn(session: SmtpSession, claim: SignInClaim): Promise<string> {
  const { profile, hostname } = session.deps
  const entry = await requestEntry(session, claim, session.at(['greeted']).client.name)
  if (entry.granted) {
    const leave = admit(session, entry)
    if (!leave) {
      session.authenticationFailed()
      return decline('too-many-connections')
    }
    const sender = { mailbox: entry.mailbox, author: authorOf(entry.caller) }
    session.signedIn(sender, {
      caller: idOf(entry.caller),
      submitted: () => entry.did('submit'),
      deniedSender: (denied) => entry.deniedSender(denied),
      leave,
    })
  }
  const authentication = 'bearer' in claim.credential ? 'Bearer' : 'Basic'
  const said = entry.granted
    ? smtpWire(profile, hostname)(undefined, authentication)
    : smtpWire(profile, hostname)(entry.failed, authentication, false, entry.switchedOff)
  return `${said}\r\n`
}

const authorOf = (caller: Caller): MessageAuthor =>
  caller.kind === 'app' ? { kind: 'app', appId: caller.appId } : { kind: 'user', id: caller.user.id }

/** Every SASL mechanism, in the order in which the server announces them. */
const mechanisms: readonly OfferedMechanism[] = [
  // Exchange Online still announces it, even if no user may sign in with a password.
  { name: 'LOGIN', ...login, announced: ['exchange-online'], basic: true, explained: [] },
  { name: 'PLAIN', ...plain, announced: [], basic: true, explained: [] },
  // Exchange Online refuses at once.
  { name: 'XOAUTH2', ...xoauth2, announced: ['exchange-online', 'standards'], explained: ['standards'] },
  { name: 'OAUTHBEARER', ...oauthbearer, announced: ['standards'], explained: ['standards', 'exchange-online'] },
]

/** RFC 5321 §4.1.1.1: the extensions of this connection, in the order in which Exchange Online names them. */
export function capabilities({ deps, mayStartTls, mayAuthenticate }: SmtpSession): readonly string[] {
  const { settings } = deps
  return [
    `SIZE ${settings.message_octets}`,
    'PIPELINING',
    'DSN',
    'ENHANCEDSTATUSCODES',
    ...(mayStartTls ? ['STARTTLS'] : []),
    ...(mayAuthenticate ? [`AUTH ${announcedNames(mechanisms, deps).join(' ')}`] : []),
    '8BITMIME',
    'BINARYMIME',
    'CHUNKING',
    'SMTPUTF8',
  ]
}
