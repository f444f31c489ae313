/** One message of an mbox. */
export interface MboxEntry {
  /** What stands behind `From `: a sender and a date. */
  readonly envelope: string
  readonly bytes: Buffer
}

const FROM = Buffer.from('From ')
const LF = 0x0a

/**
 * Splits an mbox, read as it comes. A message begins at a `From ` line at the start or after an empty line; one `>` is
 * taken off quoted ones (RFC 4155 leaves the quoting open; this undoes mboxrd, and mboxo where nothing was quoted twice).
 * A message of more than `largest` octets comes without its bytes.
 */
export async function* readMbox(
  chunks: AsyncIterable<Buffer>,
  largest: number,
): AsyncGenerator<MboxEntry | { tooLarge: true }> {
  let envelope: string | undefined
  let lines: Buffer[] = []
  let octets = 0
  let afterEmpty = true

  const finished = (): MboxEntry | { tooLarge: true } | undefined => {
    if (envelope === undefined) return undefined
    // The empty line before the next `From ` is the format's, not the message's.
    if (lines.length > 0 && isEmpty(lines.at(-1)!)) lines.pop()
    return octets > largest ? { tooLarge: true } : { envelope, bytes: Buffer.concat(lines) }
  }

  for await (const line of linesOf(chunks, largest)) {
    if (afterEmpty && line.subarray(0, FROM.length).equals(FROM)) {
      const entry = finished()
      if (entry) yield entry
      envelope = line.toString('latin1', FROM.length).trim()
      lines = []
      octets = 0
      afterEmpty = false
      continue
    }
    octets += line.length
    if (octets <= largest) lines.push(isQuoted(line) ? line.subarray(1) : line)
    else lines = []
    afterEmpty = isEmpty(line)
  }
  const last = finished()
  if (last) yield last
}

const isEmpty = (line: Buffer): boolean => line.length <= 2 && line.toString('latin1').trim() === ''

const isQuoted = (line: Buffer): boolean => line[0] === 0x3e && /^>+From /.test(line.toString('latin1', 0, 100))

/** Lines with their ends; one that never ends comes in pieces. */
async function* linesOf(chunks: AsyncIterable<Buffer>, largest: number): AsyncGenerator<Buffer> {
  let rest: Buffer[] = []
  let held = 0
  for await (const chunk of chunks) {
    let start = 0
    for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, start)) {
      yield Buffer.concat([...rest, chunk.subarray(start, end + 1)])
      rest = []
      held = 0
      start = end + 1
    }
    rest.push(chunk.subarray(start))
    held += chunk.length - start
    if (held > largest) {
      yield Buffer.concat(rest)
      rest = []
      held = 0
    }
  }
  if (held > 0) yield Buffer.concat(rest)
}
