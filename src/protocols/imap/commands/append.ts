import { readDateTime } from '../../../codecs/imap/date-time.ts'
import { readFlagList } from '../../../codecs/imap/flags.ts'
import type { Reader } from '../../../codecs/imap/reader.ts'
import { compactSet } from '../../../codecs/imap/sequence-set.ts'
import { withoutNul } from '../../../codecs/imap/without-nul.ts'
import { refuse } from '../../../core/refusal.ts'
import type { NewMessage } from '../../../domain/mail/types.ts'
import { command, type Reading } from '../command.ts'
import { flagsOf, lasting } from '../flag-text.ts'
import { folderNamed, readFolderName } from '../folder-name.ts'

export const append = command({
  name: 'APPEND',
  in: ['signed-in', 'selected'],
  spec: 'RFC 3501 §6.3.11, RFC 3502, RFC 4315 §3, RFC 3516 §4.4, RFC 6855 §4',
  // Several messages may come at once, though no connection takes more than its part of the budget.
  literals: ({ message_octets, literal_budget_octets, line_octets }) =>
    Math.max(message_octets, literal_budget_octets / 4) + line_octets,
  parse(reader, reading) {
    const path = readFolderName(reader.space(), reading)
    const messages: NewMessage[] = []
    do messages.push(readMessage(reader.space(), reading))
    while (reader.peek() === ' ')
    return { path, messages }
  },
  async run({ session, state }, { path, messages }) {
    const folder = await folderNamed(state.mailbox, path, 'TRYCREATE')
    const { selected, exchange } = session
    const index = selected?.folder.id === folder.id ? selected.view.index : undefined
    const kept = messages.map((message) => ({ ...message, flags: lasting(message.flags, index, exchange) }))
    const { uidValidity, uids } = await state.mailbox.append(folder.id, kept)
    return { code: `APPENDUID ${uidValidity} ${compactSet(uids)}` }
  },
})

function readMessage(reader: Reader, reading: Reading): NewMessage {
  const listed = reader.peek() === '('
  const flags = flagsOf(listed ? readFlagList(reader) : [])
  if (listed) reader.space()
  const received = reader.peek() === '"' ? readDateTime(reader) : undefined
  if (received) reader.space()
  const sent = reading.exchange ? reader.literal() : readData(reader, reading)
  if (sent.length === 0) refuse('unsupported', 'A message has at least one octet')
  if (sent.length > reading.settings.message_octets) refuse('too-big', 'The message is too large')
  const bytes = withoutNul(sent)
  return received ? { bytes, flags, received } : { bytes, flags }
}

/** RFC 6855 §4: a message with UTF-8 in its header is announced as such by those who enabled it. */
function readData(reader: Reader, { utf8 }: Reading): Buffer {
  if (reader.peek() === '~') return reader.literal8()
  if (!reader.skip('UTF8 (')) return reader.literal()
  if (!utf8) refuse('bad-syntax', 'Enable UTF8=ACCEPT first')
  const octets = reader.literal8()
  reader.expect(')')
  return octets
}
