import type { SmtpArguments } from '../../../codecs/smtp/command-line.ts'
import { reply } from '../../../codecs/smtp/reply.ts'
import { refuse } from '../../../core/refusal.ts'
import { decline } from '../refusals.ts'
import { command, nothing, type SmtpCommand } from '../command.ts'
import { anywhere, type SmtpClient } from '../state.ts'
import { capabilities } from './auth.ts'
import type { SmtpSession } from '../session.ts'

export const ehlo = command({
  name: 'EHLO',
  in: anywhere,
  spec: 'RFC 5321 §4.1.1.1',
  parse: nameOf,
  async *run({ session }, name) {
    introduce(session, { name, extended: true })
    yield reply(250, undefined, session.wording.hello(session.deps.hostname, session.peer), ...capabilities(session))
  },
})

export const helo = command({
  name: 'HELO',
  in: anywhere,
  spec: 'RFC 5321 §4.1.1.1',
  parse: nameOf,
  async *run({ session }, name) {
    introduce(session, { name, extended: false })
    yield reply(250, undefined, session.wording.hello(session.deps.hostname, session.peer))
  },
})

export const noop = command({
  name: 'NOOP',
  in: anywhere,
  spec: 'RFC 5321 §4.1.1.9',
  // The argument is ignored.
  parse: (args) => void args.rest(),
  async *run({ session }) {
    yield reply(250, '2.0.0', session.wording.noop)
  },
})

export const quit = command({
  name: 'QUIT',
  in: anywhere,
  spec: 'RFC 5321 §4.1.1.10',
  parse: nothing,
  async *run({ session }) {
    session.leave()
    yield reply(221, '2.0.0', session.wording.goodbye)
  },
})

export const rset = command({
  name: 'RSET',
  in: anywhere,
  spec: 'RFC 5321 §4.1.1.5',
  parse: nothing,
  async *run({ session }) {
    session.reset()
    yield reply(250, '2.0.0', session.wording.reset)
  },
})

/** Lists the commands of the table. */
export const help = (table: () => Iterable<SmtpCommand>): SmtpCommand =>
  command({
    name: 'HELP',
    in: anywhere,
    spec: 'RFC 5321 §4.1.1.8',
    parse: (args) => void args.rest(),
    async *run() {
      yield reply(214, '2.0.0', [...table()].map(({ name }) => name).join(' '))
    },
  })

/** RFC 5321 §7.3: the reply does not reveal whether the user exists. */
export const vrfy = command({
  name: 'VRFY',
  in: anywhere,
  spec: 'RFC 5321 §4.1.1.6',
  parse: (args) => [args.word(), args.rest()],
  async *run({ session }) {
    yield reply(252, '2.1.5', session.wording.verify)
  },
})

export const starttls = command({
  name: 'STARTTLS',
  in: ['connected', 'greeted'],
  spec: 'RFC 3207 §4',
  parse: nothing,
  async *run({ session }) {
    const { tls } = session.deps
    if (!tls) decline('no-tls')
    if (!session.mayStartTls) decline('tls-active')
    yield reply(220, '2.0.0', session.wording.tls)
    // RFC 3207 §4.2: the server forgets what the client said before.
    session.state = (await session.startTls(tls())) ? { at: 'connected' } : { at: 'gone' }
  },
})

/** The name in EHLO or HELO. Any word is valid, because Postern does not rely on it (RFC 5321 §4.1.4). */
function nameOf(args: SmtpArguments): string {
  const name = args.rest()
  return /^[\x21-\x7e\x80-\xff]{1,255}$/.test(name) ? name : refuse('bad-syntax', 'That is not a name')
}

/** RFC 5321 §4.1.4: EHLO discards the present mail transaction, but keeps the sign-in. */
function introduce(session: SmtpSession, client: SmtpClient): void {
  session.reset()
  const { state } = session
  session.state = state.at === 'signed-in' ? { ...state, client } : { at: 'greeted', client }
}
