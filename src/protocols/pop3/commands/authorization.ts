import { idOf } from '../../../access/rights.ts'
import { challenge, ok } from '../../../codecs/pop3/command-line.ts'
import { Refusal, refuse } from '../../../core/refusal.ts'
import {
  announcedNames,
  bearerFailure,
  claimOf,
  initialResponse,
  mailboxAddress,
  oauthbearer,
  type OfferedMechanism,
  plain,
  xoauth2,
} from '../../line/mechanisms.ts'
import { whenRevoked } from '../../line/session.ts'
import { admit, recordUnread, requestEntry, type SignInClaim } from '../../line/sign-in.ts'
import { command, nothing } from '../command.ts'
import { Maildrop, MaildropReader } from '../maildrop.ts'
import { multiLine } from '../multi-line.ts'
import type { Pop3Session } from '../session.ts'
import { pop3Wire, replyTo } from '../wire-table.ts'

export const auth = command({
  name: 'AUTH',
  in: ['greeted'],
  spec: 'RFC 5034 §4',
  announce: (session) =>
    session.mayAuthenticate ? `SASL ${announcedNames(mechanisms, session.deps).join(' ')}` : undefined,
  parse: (args) => ({
    mechanism: args.empty ? undefined : args.word().toUpperCase(),
    initial: args.empty ? undefined : initialResponse(args.word()),
  }),
  async *run({ session }, { mechanism, initial }) {
    if (!session.mayAuthenticate) refuse('wrong-state', 'TLS is needed first')
    if (mechanism === undefined) {
      // Clients used this before CAPA existed.
      yield* multiLine(ok(session.wording.remark('Mechanisms follow')), announcedNames(mechanisms, session.deps))
      return
    }
    const chosen =
      mechanisms.find(({ name }) => name === mechanism) ?? refuse('unsupported', 'There is no such mechanism')
    // docs/reference/protocols.md §1.2: Exchange Online refuses a response on this line, which RFC 5034 §4 allows.
    if (initial !== undefined && session.deps.strict) await refuseInitial(session, chosen, initial)
    yield await exchange(session, chosen, initial ?? (await ask(session, '')))
  },
})

/** Sends a challenge and reads the response. Refuses `bad-syntax` if the client cancels. */
async function ask(session: Pop3Session, base64: string): Promise<string> {
  // mpop 1.4 does not recognise a plus sign without the space of RFC 5034 §4.
  await session.write(challenge(base64))
  const line = await session.line()
  if (typeof line === 'string') return refuse('bad-syntax', 'There was no response')
  const response = line.toString('latin1').trim()
  return response === '*' ? refuse('bad-syntax', 'Authentication was cancelled') : response
}

async function exchange(session: Pop3Session, mechanism: OfferedMechanism, response: string): Promise<string> {
  const claim = claimIn(mechanism, response)
  const reply = claim instanceof Refusal ? await refuseUnread(session, claim) : await signIn(session, claim)
  if (session.state.at !== 'signed-in' && mechanism.explained.includes(session.deps.profile)) await explain(session)
  return reply
}

/** The claim of a response, or the refusal of one that the mechanism cannot read. */
function claimIn(mechanism: OfferedMechanism, response: string): SignInClaim | Refusal {
  try {
    return claimOf(mechanism, [response])
  } catch (thrown) {
    if (thrown instanceof Refusal) return thrown
    throw thrown
  }
}

/** A malformed response gets the same reply as an invalid token: both are mistakes of the client. */
async function refuseUnread(session: Pop3Session, refusal: Refusal): Promise<string> {
  session.authenticationFailed()
  const wire = pop3Wire(session.deps.profile)('token', 'Bearer')
  await recordUnread(session, refusal, wire)
  return `${wire}\r\n`
}

/** docs/reference/exchange-admin.md §13, row 15 */
async function refuseInitial(session: Pop3Session, mechanism: OfferedMechanism, initial: string): Promise<never> {
  const claim = claimIn(mechanism, initial)
  const user = claim instanceof Refusal ? claim.detail.user : claim.address
  const fault = `It came on the line of AUTH ${mechanism.name}. That is sent alone, and the response on a line of its own after the server's +.`
  const refusal = new Refusal('bad-syntax', 'The response comes on a line of its own', {
    fault,
    ...(user !== undefined && { user }),
  })
  await recordUnread(session, refusal, replyTo(refusal, session.wording).trimEnd())
  throw refusal
}

/** RFC 7628 §3.2.3: explains the failure. The refusal follows the client's response, which may be anything. */
async function explain(session: Pop3Session): Promise<void> {
  await session.write(challenge(bearerFailure()))
  await session.line()
}

export const user = command({
  name: 'USER',
  in: ['greeted'],
  spec: 'RFC 1939 §7',
  // Exchange Online still announces it, even if no user may sign in with a password.
  announce: ({ deps, mayAuthenticate }) =>
    (deps.profile === 'exchange-online' || deps.auth.basic === true) && mayAuthenticate ? 'USER' : undefined,
  parse: (args) => mailboxAddress(args.rest()),
  async *run({ session }, name) {
    if (!session.mayAuthenticate) refuse('wrong-state', 'TLS is needed first')
    session.state = { at: 'greeted', user: name }
    // The reply does not reveal whether the mailbox exists.
    yield ok()
  },
})

export const pass = command({
  name: 'PASS',
  in: ['greeted'],
  spec: 'RFC 1939 §7',
  // RFC 6856 §2: a password outside ASCII is UTF-8.
  parse: (args) => Buffer.from(args.rest(), 'latin1').toString('utf8'),
  async *run({ session, state }, password) {
    const address = state.user ?? refuse('wrong-state', 'USER comes first')
    session.state = { at: 'greeted' }
    yield await signIn(session, { credential: { password }, address })
  },
})

export const apop = command({
  name: 'APOP',
  in: ['greeted'],
  spec: 'RFC 1939 §7',
  parse: (args) => ({ name: mailboxAddress(args.word()), digest: args.word() }),
  async *run({ session }, { name }) {
    if (!session.mayAuthenticate) refuse('wrong-state', 'TLS is needed first')
    yield await signIn(session, { credential: { password: undefined }, address: name })
  },
})

export const stls = command({
  name: 'STLS',
  in: ['greeted'],
  spec: 'RFC 2595 §4',
  announce: (session) => (session.mayStartTls ? 'STLS' : undefined),
  parse: nothing,
  async *run({ session }) {
    const { tls } = session.deps
    if (!tls) refuse('unsupported', 'TLS is not available')
    if (!session.mayStartTls) refuse('wrong-state', 'TLS is already active')
    yield ok('Begin TLS negotiation.')
    // RFC 2595 §4: the server forgets what the client said before.
    session.state = (await session.startTls(tls())) ? { at: 'greeted' } : { at: 'gone' }
  },
})

/**
 * Asks access for an entry and, if it is granted, opens the maildrop. Returns the reply; the session's state has the
 * outcome. Refuses `busy` while another session has the maildrop open.
 */
async function signIn(session: Pop3Session, claim: SignInClaim): Promise<string> {
  const entry = await requestEntry(session, claim)
  const authentication = 'bearer' in claim.credential ? 'Bearer' : 'Basic'
  const wire = pop3Wire(session.deps.profile)
  if (!entry.granted) {
    session.authenticationFailed()
    return `${wire(entry.failed, authentication)}\r\n`
  }

  const leaveEntry = admit(session, entry)
  if (!leaveEntry) {
    session.authenticationFailed()
    // RFC 3206 §4: `IN-USE` is for a maildrop that is in use.
    return refuse('busy', 'The program has too many connections', { code: 'SYS/TEMP' })
  }
  const { mailbox } = entry
  const drop = await Maildrop.open(mailbox).catch((thrown: unknown) => {
    leaveEntry()
    throw thrown
  })
  const reader = new MaildropReader({
    mailbox,
    drop,
    budget: session.readAhead,
    caller: idOf(entry.caller),
    sent: () => session.sent(),
  })
  const stopWatching = whenRevoked(mailbox, () =>
    session.farewell.say(session.wording.refusal('Access to the mailbox was revoked', 'SYS/PERM')),
  )
  const endWithoutLock = () =>
    session.farewell.say(session.wording.refusal('The lock of the maildrop was lost', 'SYS/TEMP'))
  drop.lost.addEventListener('abort', endWithoutLock, { once: true })
  const leave = (): void => {
    stopWatching()
    drop.lost.removeEventListener('abort', endWithoutLock)
    reader.stop()
    drop.close()
    leaveEntry()
  }
  const did = entry.did.bind(entry)
  session.state = { at: 'signed-in', drop, reader, did, leave }
  return `${wire(undefined, authentication)}\r\n`
}

/** Every SASL mechanism, in the order in which the server announces them. */
const mechanisms: readonly OfferedMechanism[] = [
  // Exchange Online still announces it, even if no user may sign in with a password.
  { name: 'PLAIN', ...plain, announced: ['exchange-online'], basic: true, explained: [] },
  // The refusal follows at once in both profiles: POP3 clients take Google's challenge, which begins with `+`, for
  // success.
  { name: 'XOAUTH2', ...xoauth2, announced: ['exchange-online', 'standards'], explained: [] },
  { name: 'OAUTHBEARER', ...oauthbearer, announced: ['standards'], explained: ['standards', 'exchange-online'] },
]
