import { type SentMessage, writeDateTime } from '../../../codecs/portal/message-batch.ts'
import { readMbox, takeMboxStatus } from './mbox.ts'
import type { Source } from './message-list.ts'
import { openMailFile } from './open-mail-file.ts'

/** The largest message: the server's limit on uploads. */
const LARGEST_MESSAGE = 149 * 1024 * 1024
const PIECE = 256 * 1024
const TOO_LARGE = 'The message is too large.'
const NO_MESSAGE = 'The file does not begin with a header field.'

export type ReadMessage =
  | { readonly path: string; readonly message: SentMessage }
  | { readonly path: string; readonly reason: string }

/** The messages of a source. */
export async function* readMessages(source: Source): AsyncGenerator<ReadMessage> {
  try {
    if (source.kind === 'mbox') yield* fromMbox(source)
    else yield await fromFile(source)
  } catch (thrown) {
    yield { path: source.path, reason: (thrown as Error).message }
  }
}

async function fromFile({ path, octets, modified, received, flags, exact, linked }: Source): Promise<ReadMessage> {
  if (octets > LARGEST_MESSAGE) return { path, reason: TOO_LARGE }
  await using file = await openMailFile(path, linked)
  const content = await file.readFile()
  const bytes = exact ? content : withCrlf(content)
  // An exported file is a message, even without a header.
  if (!exact && !beginsWithField(bytes)) return { path, reason: NO_MESSAGE }
  return { path, message: { bytes, received: received ?? dateField(bytes) ?? fileDate(modified), flags } }
}

async function* fromMbox({ path: file, octets, modified, linked }: Source): AsyncGenerator<ReadMessage> {
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
    yield beginsWithField(bytes) ? { path, message: { bytes, received, flags } } : { path, reason: NO_MESSAGE }
  }
  if (number === 0 && octets > 0) yield { path: file, reason: 'The file is not an mbox.' }
}

/** RFC 5322 §2.2: a field name and a colon, possibly after a byte order mark. */
const beginsWithField = (bytes: Buffer): boolean =>
  /^(?:\xef\xbb\xbf)?[!-9;-~]+[ \t]*:/.test(bytes.toString('latin1', 0, 1000))

const CR = 0x0d
const LF = 0x0a

/** Replaces bare LF with CRLF; returns the same buffer if nothing changes. */
export function withCrlf(bytes: Buffer): Buffer {
  let bare = 0
  for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, at + 1)) if (bytes[at - 1] !== CR) bare++
  if (bare === 0) return bytes
  const whole = Buffer.allocUnsafe(bytes.length + bare)
  let from = 0
  let to = 0
  for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, at + 1)) {
    if (bytes[at - 1] === CR) continue
    to += bytes.copy(whole, to, from, at)
    whole[to++] = CR
    from = at
  }
  bytes.copy(whole, to, from)
  return whole
}

const HEADER_LIMIT = 256 * 1024
const EARLIEST = Date.UTC(1970, 0, 1)
const LATEST = Date.UTC(9999, 0, 1)

/** The date of a message's Date field, as RFC 3339. */
export function dateField(bytes: Buffer): string | undefined {
  const head = bytes.toString('latin1', 0, HEADER_LIMIT).split(/\r?\n\r?\n/, 1)[0]!
  const field = /^date:((?:[^\n]|\n[ \t])*)/im.exec(head)?.[1]
  return field === undefined ? undefined : fromText(field.replace(/\s+/g, ' '))
}

/** The date in the `From ` line of an mbox: `sender Tue Nov 24 08:00:00 2026`, in UTC unless it has a zone. */
export function envelopeDate(envelope: string): string | undefined {
  const date = envelope.slice(envelope.indexOf(' ') + 1)
  return fromText(/(?:gmt|utc|[+-]\d{4})\b/i.test(date) ? date : `${date} UTC`)
}

export const fileDate = (modified: number): string => writeDateTime({ at: Math.floor(modified), zone: 0 })

function fromText(text: string): string | undefined {
  const at = Date.parse(text)
  if (Number.isNaN(at) || at < EARLIEST || at >= LATEST) return undefined
  const [, sign, hours, minutes] = /([+-])(\d\d)(\d\d)\b/.exec(text) ?? []
  const zone = sign === undefined ? 0 : Number(hours) * 60 + Number(minutes)
  return writeDateTime({ at, zone: zone >= 24 * 60 ? 0 : sign === '-' ? -zone : zone })
}
