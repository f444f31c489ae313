import type { SentMessage } from '../../../codecs/portal/message-batch.ts'
import { dateField, envelopeDate, fileDate } from './dates.ts'
import { withCrlf } from './line-ends.ts'
import { readMbox } from './mbox.ts'
import { takeMboxStatus } from './mbox-status.ts'
import { openMailFile } from './open-mail-file.ts'
import type { Source } from './source.ts'

/** Largest message that is taken; the server's own bound on uploads. */
const LARGEST_MESSAGE = 149 * 1024 * 1024
const PIECE = 256 * 1024
const TOO_LARGE = 'It is larger than any message may be.'
const NO_MESSAGE = 'It does not begin as a message does.'

export type Read =
  | { readonly path: string; readonly message: SentMessage }
  | { readonly path: string; readonly reason: string }

/** The messages of a source. */
export async function* readMessages(source: Source): AsyncGenerator<Read> {
  try {
    if (source.kind === 'mbox') yield* fromMbox(source)
    else yield await fromFile(source)
  } catch (thrown) {
    yield { path: source.path, reason: (thrown as Error).message }
  }
}

async function fromFile({ path, octets, modified, received, flags, exact, linked }: Source): Promise<Read> {
  if (octets > LARGEST_MESSAGE) return { path, reason: TOO_LARGE }
  await using file = await openMailFile(path, linked)
  const content = await file.readFile()
  const bytes = exact ? content : withCrlf(content)
  // What was exported is a message, whatever it looks like.
  if (!exact && !looksLikeMessage(bytes)) return { path, reason: NO_MESSAGE }
  return { path, message: { bytes, received: received ?? dateField(bytes) ?? fileDate(modified), flags } }
}

async function* fromMbox({ path: file, octets, modified, linked }: Source): AsyncGenerator<Read> {
  let number = 0
  await using handle = await openMailFile(file, linked)
  const chunks = handle.createReadStream({ highWaterMark: PIECE, autoClose: false }) as AsyncIterable<Buffer>
  for await (const entry of readMbox(chunks, LARGEST_MESSAGE)) {
    const path = `${file}#${++number}`
    if ('tooLarge' in entry) {
      yield { path, reason: TOO_LARGE }
      continue
    }
    const { bytes: lines, flags } = takeMboxStatus(entry.bytes)
    const bytes = withCrlf(lines)
    const received = envelopeDate(entry.envelope) ?? dateField(bytes) ?? fileDate(modified)
    yield looksLikeMessage(bytes) ? { path, message: { bytes, received, flags } } : { path, reason: NO_MESSAGE }
  }
  if (number === 0 && octets > 0) yield { path: file, reason: 'It is no mbox.' }
}

/** RFC 5322 §2.2: a field name and a colon, perhaps behind a byte order mark. */
const looksLikeMessage = (bytes: Buffer): boolean =>
  /^(?:\xef\xbb\xbf)?[!-9;-~]+[ \t]*:/.test(bytes.toString('latin1', 0, 1000))
