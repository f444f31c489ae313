import { DotStuffing } from '../../codecs/pop3/dot-stuffing.ts'
import type { MaildropMessage } from './maildrop.ts'

/** Octets that are gathered before they are sent. */
const CHUNK = 64 * 1024

/** RFC 1939 §3: a status line, lines, and the terminating dot. */
export async function* multiLine(status: string, lines: Iterable<string>): AsyncGenerator<string> {
  let gathered = status
  for (const line of lines) {
    gathered += `${line}\r\n`
    if (gathered.length < CHUNK) continue
    yield gathered
    gathered = ''
  }
  yield `${gathered}.\r\n`
}

/** A status line and a message, or its first lines. The last octets are sent together with the dot. */
export function messageLines(
  status: string,
  message: MaildropMessage,
  octets: Buffer | AsyncIterable<Buffer>,
): readonly Uint8Array[] | AsyncIterable<readonly Uint8Array[]> {
  const stuffing = new DotStuffing(message.octets === message.lineOctets)
  const head = Buffer.from(status, 'latin1')
  return octets instanceof Uint8Array ? [head, stuffing.push(octets), stuffing.end()] : inPieces(head, stuffing, octets)
}

async function* inPieces(
  status: Buffer,
  stuffing: DotStuffing,
  chunks: AsyncIterable<Buffer>,
): AsyncGenerator<readonly Uint8Array[]> {
  let gathered: Buffer[] = [status]
  let length = 0
  for await (const chunk of chunks) {
    if (length > CHUNK) {
      yield gathered
      gathered = []
      length = 0
    }
    gathered.push(stuffing.push(chunk))
    length += chunk.length
  }
  gathered.push(stuffing.end())
  yield gathered
}
