import type { UnreadResponse } from '../../../access/types.ts'
import type { Arguments } from '../../../codecs/pop3/command-line.ts'
import { challenge, ok } from '../../../codecs/pop3/reply.ts'
import { Refusal, refuse } from '../../../core/refusal.ts'
import { command } from '../command.ts'
import { announcedIn, claimOf, type Mechanism, mechanisms } from '../mechanisms.ts'
import { multiLine } from '../multi-line.ts'
import { replyTo } from '../refusals.ts'
import type { Session } from '../session.ts'
import { signIn } from '../sign-in.ts'
import { pop3Wire } from '../wire-table.ts'

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
    // contract/protocols §1.2: there the response comes on a line of its own, though RFC 5034 §4 has it on this one too.
    if (initial !== undefined && session.deps.strict) await refuseInitial(session, chosen, initial)
    yield await exchange(session, chosen, initial ?? (await ask(session, '')))
  },
})

/** RFC 5034 §4: `=` is a response that is there and empty. */
const initialResponse = (args: Arguments): string => {
  const given = args.word()
  return given === '=' ? '' : given
}

/** Sends a challenge and takes the client's line. Refuses `bad-syntax` when the client gives up. */
async function ask(session: Session, base64: string): Promise<string> {
  // Seen: mpop 1.4 takes a plus sign without the space of RFC 5034 §4 for no reply at all.
  await session.write(challenge(base64))
  const line = await session.line()
  if (typeof line === 'string') return refuse('bad-syntax', 'There was no response')
  const response = line.toString('latin1').trim()
  return response === '*' ? refuse('bad-syntax', 'Authentication was cancelled') : response
}

async function exchange(session: Session, mechanism: Mechanism, response: string): Promise<string> {
  const claim = claimOf(mechanism, response)
  const answer = claim instanceof Refusal ? await refusedUnread(session, claim) : await signIn(session, claim)
  if (mechanism.failure !== undefined && session.state.at !== 'signed-in')
    await acknowledged(session, mechanism.failure)
  return answer
}

/** What cannot be read gets the same answer as a token that is not good: the client's mistake is one of the same kind. */
async function refusedUnread(session: Session, { detail: { fault, user } }: Refusal): Promise<string> {
  session.authenticationFailed()
  const wire = pop3Wire(session.deps.profile)('token', 'Bearer')
  if (fault !== undefined) await unread(session, { address: user, fault, wire })
  return `${wire}\r\n`
}

/** contract/exchange-admin §13, row 15 */
async function refuseInitial(session: Session, mechanism: Mechanism, initial: string): Promise<never> {
  const refusal = new Refusal('bad-syntax', 'The response comes on a line of its own')
  const claim = claimOf(mechanism, initial)
  const address = claim instanceof Refusal ? claim.detail.user : claim.address
  const fault = `It came on the line of AUTH ${mechanism.name}. That is sent alone, and the response on a line of its own after the server's +.`
  await unread(session, { address, fault, wire: replyTo(refusal, session.wording).trimEnd() })
  throw refusal
}

const unread = ({ deps, peer }: Session, response: Pick<UnreadResponse, 'address' | 'fault' | 'wire'>): Promise<void> =>
  deps.access.unread({ ...response, protocol: 'pop3', from: peer })

/** RFC 7628 §3.2.3: whatever the client says to a failure, it has been told, and the refusal follows. */
async function acknowledged(session: Session, failure: string): Promise<void> {
  await session.write(challenge(failure))
  await session.line()
}
