import { DotStuffing } from '../../codecs/pop3/dot-stuffing.ts'
import type { Mailbox, Message } from '../../domain/mail/types.ts'

/** How much is gathered before it is sent, and how much of a message is read at a time. */
const PIECE = 64 * 1024

/** RFC 1939 §3: a status line, lines, and the dot that ends them. */
export async function* multiLine(status: string, lines: Iterable<string>): AsyncGenerator<string> {
  let gathered = status
  for (const line of lines) {
    gathered += `${line}\r\n`
    if (gathered.length < PIECE) continue
    yield gathered
    gathered = ''
  }
  yield `${gathered}.\r\n`
}

/** A status line and a message, or as much of it as `cut` lets through. The last octets go together with the dot. */
export async function* messageLines(
  status: string,
  message: Message,
  chunks: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer> {
  const stuffing = new DotStuffing(message.octets === message.lineOctets)
  let gathered: Buffer = Buffer.from(status, 'latin1')
  for await (const chunk of chunks) {
    if (gathered.length > PIECE) {
      yield gathered
      gathered = Buffer.alloc(0)
    }
    gathered = Buffer.concat([gathered, stuffing.push(chunk)])
  }
  yield Buffer.concat([gathered, stuffing.end()])
}

/** A message's octets, piece by piece. */
export async function* content(mailbox: Mailbox, message: Message): AsyncGenerator<Buffer> {
  for (let start = 0; start < message.octets; start += PIECE) {
    yield await mailbox.content(message.blob, start, Math.min(message.octets, start + PIECE))
  }
}
