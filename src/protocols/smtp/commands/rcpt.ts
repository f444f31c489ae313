import { reply } from '../../../codecs/smtp/reply.ts'
import { Refusal } from '../../../core/refusal.ts'
import type { Recipient } from '../../../domain/transport/types.ts'
import { decline } from '../answers.ts'
import { command } from '../command.ts'
import { putOnRecord } from '../on-record.ts'
import { recipientParameters } from '../parameters.ts'
import { pathOf } from '../path.ts'
import type { Session } from '../session.ts'
import type { In } from '../state.ts'

export const rcpt = command({
  name: 'RCPT',
  in: ['transaction'],
  spec: 'RFC 5321 §4.1.1.3',
  parse: (args) => ({ path: pathOf(args, 'TO'), parameters: args.parameters() }),
  async *run({ session, state }, { path, parameters }) {
    const { mail } = state
    const wishes = recipientParameters(parameters)
    if (path.address === '') decline('recipient-address')
    if (!path.ascii && !mail.utf8) decline('needs-smtputf8')
    // RFC 5321 §4.5.3.1.10
    if (mail.recipients.length >= session.deps.settings.recipients) decline('too-many-recipients')
    mail.recipients.push({ ...(await recipient(session, state, path.address)), ...wishes })
    yield reply(250, '2.1.5', 'Recipient OK')
  },
})

async function recipient(session: Session, state: In<'transaction'>, address: string): Promise<Recipient> {
  try {
    return await found(session, state, address)
  } catch (thrown) {
    state.mail.refused = true
    await putOnRecord(session, state, thrown, { recipients: [address], bytes: Buffer.alloc(0) })
    throw thrown
  }
}

async function found(session: Session, { sender }: In<'transaction'>, address: string): Promise<Recipient> {
  try {
    return await session.deps.transport.recipient(sender, address)
  } catch (thrown) {
    if (!(thrown instanceof Refusal) || thrown.reason === 'gone') throw thrown
    return decline(thrown.reason === 'not-allowed' ? 'relay' : 'no-such-recipient')
  }
}
