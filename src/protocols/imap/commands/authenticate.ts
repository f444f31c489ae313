import { encodeBearerFailure } from '../../../codecs/sasl/failure.ts'
import { decodeOauthbearer } from '../../../codecs/sasl/oauthbearer.ts'
import { decodePlain } from '../../../codecs/sasl/plain.ts'
import { decodeXoauth2 } from '../../../codecs/sasl/xoauth2.ts'
import { Refusal, refuse } from '../../../core/refusal.ts'
import { command } from '../command.ts'
import { type Done, flush, type Reply } from '../reply.ts'
import type { Session } from '../session.ts'
import { failed, signIn } from '../sign-in.ts'

/** Decodes a response, and asks access. */
type Mechanism = (session: Session, response: string) => Promise<Done>

const mechanisms: Readonly<Record<string, Mechanism>> = {
  XOAUTH2: (session, response) => {
    const { user, token } = decodeXoauth2(response)
    return signIn(session, { bearer: token }, user)
  },
  OAUTHBEARER: async (session, response) => {
    const { user, token } = decodeOauthbearer(response)
    // RFC 7628 §4.3: a probe asks for nothing but the answer to a failure.
    return token === undefined ? { line: 'NO AUTHENTICATE failed.' } : signIn(session, { bearer: token }, user)
  },
  PLAIN: async (session, response) => {
    const { authorization, user } = decodePlain(response)
    const done = await signIn(session, { password: true }, authorization || user)
    return done.line ? { line: done.line.replace('LOGIN', 'AUTHENTICATE') } : done
  },
}

/** What is named to a client whose token did not do. */
const SCOPE = 'https://outlook.office365.com/.default'

const base64 = /[A-Za-z0-9+/=]+/y

export const authenticate = command({
  name: 'AUTHENTICATE',
  in: ['greeted'],
  spec: 'RFC 3501 §6.2.2, RFC 4959, RFC 7628',
  news: 'none',
  parse: (reader) => ({
    mechanism: reader.space().word(),
    initial: reader.skip(' ') ? (reader.match(base64)?.[0] ?? refuse('bad-syntax', 'That is not base64')) : undefined,
  }),
  async *run({ session }, { mechanism, initial }) {
    const run = offered(session, mechanism)
    const response = initial ?? (yield* ask(session, ''))
    // RFC 3501 §6.2.2: the client has thought better of it.
    if (response === '*') return { line: 'BAD AUTHENTICATE was cancelled.' }
    // RFC 4959 §3: `=` is an empty response.
    const done = await run(session, response === '=' ? '' : response).catch((thrown: unknown) =>
      undecodable(session, thrown),
    )
    if (done.line && !session.exchange && mechanism !== 'PLAIN') yield* explain(session)
    return done
  },
})

function offered(session: Session, name: string): Mechanism {
  const mechanism = Object.hasOwn(mechanisms, name) ? mechanisms[name] : undefined
  if (!mechanism || (session.exchange && name === 'OAUTHBEARER')) {
    refuse('unsupported', 'There is no such mechanism', { code: 'CANNOT' })
  }
  // RFC 5530 §3: whoever listens would learn the token.
  if (!session.mayAuthenticate) refuse('not-allowed', 'Start TLS first', { code: 'PRIVACYREQUIRED' })
  return mechanism
}

async function* ask(session: Session, challenge: string): AsyncGenerator<Reply, string> {
  yield `+ ${challenge}\r\n`
  yield flush
  return (await session.line()).toString('latin1')
}

/** RFC 7628 §3.2.3: the failure in JSON; whatever the client answers, the sign-in has failed. */
async function* explain(session: Session): AsyncGenerator<Reply, void> {
  yield* ask(session, encodeBearerFailure({ status: 'invalid_token', scope: SCOPE }))
}

async function undecodable(session: Session, thrown: unknown): Promise<Done> {
  if (!(thrown instanceof Refusal) || thrown.reason !== 'bad-syntax') throw thrown
  await failed(session)
  return { line: session.exchange ? 'NO AUTHENTICATE failed.' : `BAD [CLIENTBUG] ${thrown.message}` }
}
