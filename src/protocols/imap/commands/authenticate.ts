import type { Credential, Entry } from '../../../access/types.ts'
import { Refusal, refuse } from '../../../core/refusal.ts'
import { SECOND } from '../../../core/time.ts'
import type { CheckName } from '../../../domain/audit/types.ts'
import {
  bearerFailure,
  initialResponse,
  login as loginMechanism,
  oauthbearer,
  plain,
  type SaslClaim,
  type SaslMechanism,
  xoauth2,
} from '../../line/mechanisms.ts'
import { admit, isAboutMailbox, recordUnread, requestEntry } from '../../line/sign-in.ts'
import { command, nothing } from '../command.ts'
import type { ImapSession } from '../conversation/session.ts'
import { type Completion, flush, type ImapReply } from '../reply/reply.ts'
import { imapWire } from '../wire-table.ts'

const mechanisms: ReadonlyMap<string, SaslMechanism> = new Map([
  ['XOAUTH2', xoauth2],
  ['OAUTHBEARER', oauthbearer],
  ['PLAIN', plain],
  // Postern accepts it and never announces it.
  ['LOGIN', loginMechanism],
])

const base64 = /[A-Za-z0-9+/=]+/y

export const authenticate = command({
  name: 'AUTHENTICATE',
  in: ['greeted'],
  spec: 'RFC 3501 §6.2.2, RFC 4959, RFC 7628',
  updates: 'none',
  parse: (reader) => ({
    name: reader.space().word(),
    initial: reader.skip(' ') ? (reader.match(base64)?.[0] ?? refuse('bad-syntax', 'Invalid base64')) : undefined,
  }),
  async *run({ session }, { name, initial }) {
    const mechanism = offered(session, name)
    const texts = yield* responses(session, mechanism, initial)
    // RFC 3501 §6.2.2: the client cancels.
    if (texts.at(-1) === '*') return { line: 'BAD AUTHENTICATE was cancelled.' }
    const response = decoded(mechanism, texts.map(initialResponse))
    if (response instanceof Refusal) return undecodable(session, response)
    const failure = await tried(session, response)
    if (failure === undefined) return welcome(session)
    const bearer = response.credential === undefined || 'bearer' in response.credential
    if (bearer && !session.exchange) yield* ask(session, explanation(failure))
    return { line: imapWire(session.deps.profile)(failure, bearer ? 'Bearer' : 'Basic', true) }
  },
})

function offered(session: ImapSession, name: string): SaslMechanism {
  const mechanism = mechanisms.get(name)
  if (!mechanism || (session.exchange && name === 'OAUTHBEARER')) refuse('unsupported', 'Unknown mechanism')
  // RFC 5530 §3: the credential must not travel on an unprotected connection.
  if (!session.mayAuthenticate) refuse('not-allowed', 'Start TLS first', { code: 'PRIVACYREQUIRED' })
  return mechanism
}

/** Asks for the responses that the mechanism needs; stops when the client cancels. */
async function* responses(
  session: ImapSession,
  { challenges }: SaslMechanism,
  initial: string | undefined,
): AsyncGenerator<ImapReply, readonly string[]> {
  const texts = initial === undefined ? [] : [initial]
  for (const challenge of challenges.slice(texts.length)) {
    if (texts.at(-1) !== '*') texts.push(yield* ask(session, challenge))
  }
  return texts
}

async function* ask(session: ImapSession, challenge: string): AsyncGenerator<ImapReply, string> {
  // docs/reference/protocols.md §1.2: Exchange Online sends a plus alone.
  yield session.exchange && challenge === '' ? '+\r\n' : `+ ${challenge}\r\n`
  yield flush
  return (await session.line()).toString('latin1')
}

function decoded(mechanism: SaslMechanism, texts: readonly string[]): SaslClaim | Refusal {
  try {
    return mechanism.read(texts)
  } catch (thrown) {
    if (thrown instanceof Refusal) return thrown
    throw thrown
  }
}

async function undecodable(session: ImapSession, refusal: Refusal): Promise<Completion> {
  await failed(session)
  const line = session.exchange ? 'NO AUTHENTICATE failed.' : `BAD [CLIENTBUG] ${refusal.message}`
  await recordUnread(session, refusal, line)
  return { line }
}

const tried = (session: ImapSession, { credential, address }: SaslClaim): Promise<CheckName | undefined> =>
  credential ? signIn(session, credential, address) : Promise.resolve('token')

/** RFC 7628 §3.2.3: the sign-in has failed, whatever the client's response to this challenge. */
const explanation = (failure: CheckName): string =>
  bearerFailure(isAboutMailbox(failure) ? 'insufficient_scope' : 'invalid_token')

/** Basic authentication uses the same access decision and record as other sign-ins. */
const text = (octets: string): string => Buffer.from(octets, 'latin1').toString('utf8')

export const login = command({
  name: 'LOGIN',
  in: ['greeted'],
  spec: 'RFC 3501 §6.2.3',
  updates: 'none',
  argumentError: 'Command Argument Error. 12',
  parse(reader) {
    const user = text(reader.space().astring())
    return { user, password: text(reader.space().astring()) }
  },
  async run({ session }, { user, password }) {
    if (!session.mayAuthenticate) refuse('not-allowed', 'Start TLS first', { code: 'PRIVACYREQUIRED' })
    const failure = await signIn(session, { password }, user)
    return failure ? { line: imapWire(session.deps.profile)(failure, 'Basic') } : welcome(session)
  },
})

/** Signs out; TLS stays. */
export const unauthenticate = command({
  name: 'UNAUTHENTICATE',
  profile: 'standards',
  in: ['signed-in', 'selected'],
  spec: 'RFC 8437 §3, §4.1',
  updates: 'none',
  parse: nothing,
  async run({ session }) {
    const { wire, deps } = session
    // RFC 8437 §8: a server may disable it.
    if (!deps.settings.unauthenticate) refuse('bad-syntax', 'Unknown command')
    session.signedOut()
    wire.endInflate()
    return {
      code: `CAPABILITY ${session.capabilities()}`,
      // RFC 8437 §4.1: compression ends after this reply.
      async after() {
        if (!wire.deflated) return
        await wire.sent(deps.settings.stall_seconds * SECOND)
        wire.endDeflate()
      },
    }
  },
})

/** Failed sign-ins before the server delays its replies: clients try several mechanisms on one connection. */
const PROMPT_FAILURES = 3
const DELAY = 1000

/**
 * Makes the access decision. Returns the failed check if the sign-in failed; see {@link welcome} for the other case.
 */
async function signIn(
  session: ImapSession,
  credential: Credential,
  address: string | undefined,
): Promise<CheckName | undefined> {
  const entry = await requestEntry(session, { credential, address }, session.client)
  if (entry.granted) await begin(session, entry, address ?? '')
  else if (entry.spokenAt === 'mailbox') session.unconnected()
  else {
    await failed(session)
    return entry.failed
  }
  return undefined
}

async function begin(session: ImapSession, entry: Extract<Entry, { granted: true }>, address: string): Promise<void> {
  const { caller, mailbox } = entry
  const leave = admit(session, entry)
  if (leave) {
    session.onClientName((client) => entry.named(client))
    session.signedIn({ caller, address }, mailbox, (operation) => entry.did(operation), leave)
    return
  }
  // Exchange Online throttles a caller with too many connections like this.
  if (session.exchange) return session.unconnected()
  await failed(session)
  refuse('busy', 'The program has too many connections', { code: 'LIMIT' })
}

/** RFC 3501 §7.1: reports the new capabilities; Exchange Online does not. */
const welcome = (session: ImapSession): Completion =>
  session.exchange ? {} : { code: `CAPABILITY ${session.capabilities()}` }

/** Counts a failed sign-in, and delays the reply after several. */
async function failed(session: ImapSession): Promise<void> {
  session.failedSignIns += 1
  session.connection.refused()
  if (session.failedSignIns <= PROMPT_FAILURES) return
  const { promise, resolve } = Promise.withResolvers<void>()
  const stop = session.deps.world.after(DELAY, resolve)
  await Promise.race([promise, session.wire.over])
  stop()
}
