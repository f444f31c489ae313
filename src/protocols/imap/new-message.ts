import { readDateTime } from '../../codecs/imap/date-time.ts'
import { readFlagList } from '../../codecs/imap/flags.ts'
import type { Reader } from '../../codecs/imap/reader.ts'
import { withoutNul } from '../../codecs/imap/without-nul.ts'
import { refuse } from '../../core/refusal.ts'
import type { NewMessage } from '../../domain/mail/types.ts'
import type { Reading } from './command.ts'
import { flagsOf } from './flag-text.ts'

/** RFC 3501 §9 `append`: a message with its flags and the moment at which it was received. */
export function readMessage(reader: Reader, reading: Reading): NewMessage {
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
