import { DotStuffing } from '../../codecs/pop3/dot-stuffing.ts'
import type { Letter } from './maildrop.ts'

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
export async function* messageLines(
  status: string,
  letter: Letter,
  chunks: AsyncIterable<Buffer>,
): AsyncGenerator<readonly Uint8Array[]> {
  const stuffing = new DotStuffing(letter.octets === letter.lineOctets)
  let gathered: Buffer[] = [Buffer.from(status, 'latin1')]
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
