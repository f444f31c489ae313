import { DotStuffing } from '../../codecs/pop3/dot-stuffing.ts'
import type { MaildropMessage } from './maildrop.ts'

/** How much is gathered before it is sent. */
const FULL = 64 * 1024

/** RFC 1939 §3: a status line, lines, and the dot that ends them. */
export async function* multiLine(status: string, lines: Iterable<string>): AsyncGenerator<string> {
  let gathered = status
  for (const line of lines) {
    gathered += `${line}\r\n`
    if (gathered.length < FULL) continue
    yield gathered
    gathered = ''
  }
  yield `${gathered}.\r\n`
}

/** A status line and a message, or its beginning. The last octets go together with the dot. */
export function messageLines(
  status: string,
  letter: MaildropMessage,
  octets: Buffer | AsyncIterable<Buffer>,
): readonly Uint8Array[] | AsyncIterable<readonly Uint8Array[]> {
  const stuffing = new DotStuffing(letter.octets === letter.lineOctets)
  const begun = Buffer.from(status, 'latin1')
  return octets instanceof Uint8Array
    ? [begun, stuffing.push(octets), stuffing.end()]
    : inPieces(begun, stuffing, octets)
}

async function* inPieces(
  status: Buffer,
  stuffing: DotStuffing,
  chunks: AsyncIterable<Buffer>,
): AsyncGenerator<readonly Uint8Array[]> {
  let gathered: Buffer[] = [status]
  let length = 0
  for await (const chunk of chunks) {
    if (length > FULL) {
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
