import { idOf } from '../../../access/rights.ts'
import type { UnreadResponse } from '../../../access/types.ts'
import type { Pop3Arguments } from '../../../codecs/pop3/command-line.ts'
import { challenge, ok } from '../../../codecs/pop3/reply.ts'
import { Refusal, refuse } from '../../../core/refusal.ts'
import { command, nothing } from '../command.ts'
import { Maildrop } from '../maildrop.ts'
import { addressOf, announcedIn, type Pop3Claim, claimOf, type Pop3Mechanism, mechanisms } from '../mechanisms.ts'
import { multiLine } from '../multi-line.ts'
import { MaildropReader } from '../reader.ts'
import type { Pop3Session } from '../session.ts'
import { pop3Wire } from '../wire-table.ts'
import { replyTo } from '../wording.ts'

export const auth = command({
  name: 'AUTH',
  in: ['greeted'],
  spec: 'RFC 5034 §4',
  announce: (session) => (session.mayAuthenticate ? `SASL ${announcedIn(session.deps).join(' ')}` : undefined),
  parse: (args) => ({
    mechanism: args.empty ? undefined : args.word().toUpperCase(),
    initial: args.empty ? undefined : initialResponse(args),
  }),
  async *run({ session }, { mechanism, initial }) {
    if (!session.mayAuthenticate) refuse('wrong-state', 'TLS is needed first')
    if (mechanism === undefined) {
      // Before there was CAPA, clients asked so.
      yield* multiLine(ok(session.wording.remark('Mechanisms follow')), announcedIn(session.deps))
      return
    }
    const chosen =
      mechanisms.find(({ name }) => name === mechanism) ?? refuse('unsupported', 'There is no such mechanism')
    // docs/reference/protocols.md §1.2: there the response comes on a line of its own, though RFC 5034 §4 has it on
    // this one too.
    if (initial !== undefined && session.deps.strict) await refuseInitial(session, chosen, initial)
    yield await exchange(session, chosen, initial ?? (await ask(session, '')))
  },
})

/** RFC 5034 §4: `=` is a response that is there and empty. */
const initialResponse = (args: Pop3Arguments): string => {
  const given = args.word()
  return given === '=' ? '' : given
}

/** Sends a challenge and takes the client's line. Refuses `bad-syntax` when the client gives up. */
async function ask(session: Pop3Session, base64: string): Promise<string> {
  // Seen: mpop 1.4 takes a plus sign without the space of RFC 5034 §4 for no reply at all.
  await session.write(challenge(base64))
  const line = await session.line()
  if (typeof line === 'string') return refuse('bad-syntax', 'There was no response')
  const response = line.toString('latin1').trim()
  return response === '*' ? refuse('bad-syntax', 'Authentication was cancelled') : response
}

async function exchange(session: Pop3Session, mechanism: Pop3Mechanism, response: string): Promise<string> {
  const claim = claimOf(mechanism, response)
  const answer = claim instanceof Refusal ? await refusedUnread(session, claim) : await signIn(session, claim)
  if (mechanism.failure !== undefined && session.state.at !== 'signed-in')
    await acknowledged(session, mechanism.failure)
  return answer
}

/** What cannot be read gets the same answer as a token that is not good: the client's mistake is one of the same kind. */
async function refusedUnread(session: Pop3Session, { detail: { fault, user } }: Refusal): Promise<string> {
  session.authenticationFailed()
  const wire = pop3Wire(session.deps.profile)('token', 'Bearer')
  if (fault !== undefined) await unread(session, { address: user, fault, wire })
  return `${wire}\r\n`
}

/** docs/reference/exchange-admin.md §13, row 15 */
async function refuseInitial(session: Pop3Session, mechanism: Pop3Mechanism, initial: string): Promise<never> {
  const refusal = new Refusal('bad-syntax', 'The response comes on a line of its own')
  const claim = claimOf(mechanism, initial)
  const address = claim instanceof Refusal ? claim.detail.user : claim.address
  const fault = `It came on the line of AUTH ${mechanism.name}. That is sent alone, and the response on a line of its own after the server's +.`
  await unread(session, { address, fault, wire: replyTo(refusal, session.wording).trimEnd() })
  throw refusal
}

const unread = (
  { deps, peer }: Pop3Session,
  response: Pick<UnreadResponse, 'address' | 'fault' | 'wire'>,
): Promise<void> => deps.access.unread({ ...response, protocol: 'pop3', from: peer })

/** RFC 7628 §3.2.3: whatever the client says to a failure, it has been told, and the refusal follows. */
async function acknowledged(session: Pop3Session, failure: string): Promise<void> {
  await session.write(challenge(failure))
  await session.line()
}

export const user = command({
  name: 'USER',
  in: ['greeted'],
  spec: 'RFC 1939 §7',
  // Exchange Online announces it still, whether anybody may use it or not.
  announce: ({ deps, mayAuthenticate }) =>
    (deps.profile === 'exchange-online' || deps.auth.basic === true) && mayAuthenticate ? 'USER' : undefined,
  parse: (args) => addressOf(args.rest()),
  async *run({ session }, name) {
    if (!session.mayAuthenticate) refuse('wrong-state', 'TLS is needed first')
    session.state = { at: 'greeted', user: name }
    // The same for a mailbox that is there and one that is not.
    yield ok()
  },
})

export const pass = command({
  name: 'PASS',
  in: ['greeted'],
  spec: 'RFC 1939 §7',
  // RFC 6856 §2: what is not ASCII is UTF-8.
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
  parse: (args) => ({ name: addressOf(args.word()), digest: args.word() }),
  async *run({ session }, { name }) {
    if (!session.mayAuthenticate) refuse('wrong-state', 'TLS is needed first')
    yield await signIn(session, { credential: { password: undefined }, address: name })
  },
})

/** Milliseconds that a TLS handshake may take. */
const PATIENCE = 15_000

export const stls = command({
  name: 'STLS',
  in: ['greeted'],
  spec: 'RFC 2595 §4',
  announce: (session) => (session.mayStartTls ? 'STLS' : undefined),
  parse: nothing,
  async *run({ session }) {
    const { tls } = session.deps
    if (!tls) refuse('unsupported', 'There is no TLS here')
    if (!session.mayStartTls) refuse('wrong-state', 'TLS is already active')
    yield ok('Begin TLS negotiation.')
    try {
      await session.wire.startTls(tls(), PATIENCE)
      // RFC 2595 §4: what the client said before is forgotten.
      session.state = { at: 'greeted' }
    } catch (thrown) {
      session.log.debug({ err: thrown }, 'a TLS handshake failed')
      session.state = { at: 'gone' }
    }
  },
})

/**
 * Shows a claim to access, and on a yes takes the maildrop. Answers with what to say; the state says what became of it.
 * Refuses `busy` while another session has the maildrop.
 */
async function signIn(session: Pop3Session, { credential, address }: Pop3Claim): Promise<string> {
  const { access, profile } = session.deps
  const entry = await access.enter({ credential, protocol: 'pop3', address, from: session.peer })
  const authentication = 'bearer' in credential ? 'Bearer' : 'Basic'
  const wire = pop3Wire(profile)
  if (!entry.granted) {
    session.authenticationFailed()
    return `${wire(entry.failed, authentication)}\r\n`
  }

  const leaveCaller = session.connection.signIn(idOf(entry.caller))
  const giveUp = (): void => {
    leaveCaller?.()
    entry.leave()
  }
  if (!leaveCaller) {
    giveUp()
    session.authenticationFailed()
    // RFC 3206 §4: it is not the maildrop that is in use.
    return refuse('busy', 'The program has too many connections', { code: 'SYS/TEMP' })
  }
  const { mailbox } = entry
  const drop = await Maildrop.open(mailbox).catch((thrown: unknown) => {
    giveUp()
    throw thrown
  })
  const reader = new MaildropReader({
    mailbox,
    drop,
    budget: session.readAhead,
    caller: idOf(entry.caller),
    sent: () => session.sent(),
  })
  const leave = (): void => {
    reader.stop()
    drop.close()
    giveUp()
  }
  const did = entry.did.bind(entry)
  session.state = { at: 'signed-in', drop, reader, did, leave }
  const takenBack = (): void => session.callOff(session.wording.refusal('The mailbox was taken back', 'SYS/PERM'))
  if (mailbox.revoked.aborted) takenBack()
  else mailbox.revoked.addEventListener('abort', takenBack, { once: true, signal: session.wire.closed })
  return `${wire(undefined, authentication)}\r\n`
}
