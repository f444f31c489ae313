import { readFile } from 'node:fs/promises'
import type { SentMessage } from '../../../codecs/portal/message-batch.ts'
import { dateField, envelopeDate, fileDate } from './dates.ts'
import { withCrlf } from './line-ends.ts'
import { readMbox } from './mbox.ts'
import type { Source } from './source.ts'

/** Largest message that is taken; the server's own bound on uploads. */
const LARGEST_MESSAGE = 149 * 1024 * 1024
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

async function fromFile({ path, octets, modified, flags }: Source): Promise<Read> {
  if (octets > LARGEST_MESSAGE) return { path, reason: TOO_LARGE }
  const bytes = withCrlf(await readFile(path))
  if (!looksLikeMessage(bytes)) return { path, reason: NO_MESSAGE }
  return { path, message: { bytes, received: dateField(bytes) ?? fileDate(modified), flags } }
}

async function* fromMbox({ path: file, modified }: Source): AsyncGenerator<Read> {
  let number = 0
  for await (const entry of readMbox(file, LARGEST_MESSAGE)) {
    const path = `${file}#${++number}`
    if ('tooLarge' in entry) {
      yield { path, reason: TOO_LARGE }
      continue
    }
    const bytes = withCrlf(entry.bytes)
    const received = envelopeDate(entry.envelope) ?? dateField(bytes) ?? fileDate(modified)
    yield looksLikeMessage(bytes) ? { path, message: { bytes, received } } : { path, reason: NO_MESSAGE }
  }
  if (number === 0) yield { path: file, reason: 'It is no mbox, or an empty one.' }
}

/** RFC 5322 §2.2: a field name and a colon, perhaps behind a byte order mark. */
const looksLikeMessage = (bytes: Buffer): boolean =>
  /^(?:\xef\xbb\xbf)?[!-9;-~]+[ \t]*:/.test(bytes.toString('latin1', 0, 1000))
