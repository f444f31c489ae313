import { reply } from '../../../codecs/smtp/reply.ts'
import { decline, refusalNamed, replyTo } from '../answers.ts'
import { command } from '../command.ts'
import { pathOf } from '../path.ts'
import { mailParameters } from '../parameters.ts'
import type { Session } from '../session.ts'

export const mail = command({
  name: 'MAIL',
  in: ['signed-in'],
  spec: 'RFC 5321 §4.1.1.2',
  parse: (args) => ({ path: pathOf(args, 'FROM'), parameters: args.parameters() }),
  async *run({ session, state }, { path, parameters }) {
    const { transport, profile, settings } = session.deps
    const { size, binary, utf8, envelopeId } = mailParameters(parameters)
    if (!path.ascii && !utf8) decline('needs-smtputf8')
    // RFC 1870 §6.1
    if (size > settings.message_octets) decline('message-too-big')
    // Exchange Online says it when it has the message.
    if (profile === 'standards' && path.address !== '' && !(await transport.maySendAs(state.sender, path.address))) {
      await denied(session, path.address)
    }
    const mail = { from: path.address, binary, utf8, envelopeId, recipients: [], refused: false }
    session.state = { ...state, at: 'transaction', mail }
    yield reply(250, '2.1.0', 'Sender OK')
  },
})

async function denied(session: Session, address: string): Promise<never> {
  const { profile, hostname } = session.deps
  const refusal = refusalNamed('not-your-address')
  await session.deniedSender({ address, wire: replyTo(refusal, profile, hostname).trimEnd() })
  throw refusal
}
