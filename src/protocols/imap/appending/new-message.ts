import { readDateTime } from '../../../codecs/imap/date-time.ts'
import { readFlagList } from '../../../codecs/imap/flags.ts'
import type { ImapReader } from '../../../codecs/imap/reader.ts'
import { withoutNul } from '../../../codecs/imap/without-nul.ts'
import { refuse } from '../../../core/refusal.ts'
import type { NewMessage } from '../../../domain/mail/types.ts'
import type { ParseContext } from '../command.ts'
import { flagsOf } from '../reply/flag-text.ts'

/** RFC 4469 §3: octets from the command, or the URL of existing ones. */
export type CatenatePart = { readonly octets: Buffer } | { readonly url: string }

/** A CATENATE message before its assembly. */
export interface CatenateMessage extends Omit<NewMessage, 'bytes'> {
  readonly pieces: readonly CatenatePart[]
}

/** Reads a message of RFC 3501 §9 `append`, with its flags and its date. */
export function readMessage(reader: ImapReader, context: ParseContext): NewMessage | CatenateMessage {
  const listed = reader.peek() === '('
  const flags = flagsOf(listed ? readFlagList(reader) : [])
  if (listed) reader.space()
  const received = reader.peek() === '"' ? readDateTime(reader) : undefined
  if (received) reader.space()
  const about = received ? { flags, received } : { flags }
  if (!context.exchange && reader.skip('CATENATE ')) {
    return { pieces: reader.list(() => readPiece(reader, context)), ...about }
  }
  const sent = context.exchange ? reader.literal() : readData(reader, context)
  return { bytes: messageOf(sent, context.settings.message_octets), ...about }
}

/** Checks the size of a message, and encodes NUL octets. */
export function messageOf(sent: Buffer, most: number): Buffer {
  if (sent.length === 0) refuse('unsupported', 'A message has at least one octet')
  if (sent.length > most) refuse('too-big', 'The message is too large')
  return withoutNul(sent)
}

/** RFC 4469 §5 `cat-part`, RFC 6855 §4. */
function readPiece(reader: ImapReader, context: ParseContext): CatenatePart {
  if (reader.skip('URL ')) return { url: reader.astring() }
  if (reader.skip('TEXT ')) return { octets: reader.peek() === '~' ? reader.literal8() : reader.literal() }
  if (!reader.skip('UTF8 (')) refuse('bad-syntax', 'Expected TEXT or URL')
  return { octets: readUtf8(reader, context) }
}

function readData(reader: ImapReader, context: ParseContext): Buffer {
  if (reader.peek() === '~') return reader.literal8()
  return reader.skip('UTF8 (') ? readUtf8(reader, context) : reader.literal()
}

/** RFC 6855 §4: a message with UTF-8 in its header, which requires UTF8=ACCEPT. */
function readUtf8(reader: ImapReader, { utf8 }: ParseContext): Buffer {
  if (!utf8) refuse('bad-syntax', 'Enable UTF8=ACCEPT first')
  const octets = reader.literal8()
  reader.expect(')')
  return octets
}
