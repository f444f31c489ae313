import { reply } from '../../../codecs/smtp/reply.ts'
import { decline } from '../answers.ts'
import { command, nothing } from '../command.ts'
import { receiveLines } from '../receive.ts'
import { refuseWithoutRecipients } from '../recipients.ts'
import { submit } from '../submit.ts'

export const data = command({
  name: 'DATA',
  in: ['transaction'],
  spec: 'RFC 5321 §4.1.1.4',
  parse: nothing,
  async *run({ session, state }) {
    if (state.mail.binary) decline('binary-data')
    refuseWithoutRecipients(session, state.mail)
    const incoming = session.incoming(state.mail)
    try {
      yield reply(354, undefined, 'Start mail input; end with <CRLF>.<CRLF>')
      if (await receiveLines(session, incoming)) yield await submit(session, state, incoming)
    } finally {
      incoming.drop()
    }
  },
})
