/** One message of an mbox. */
export interface MboxEntry {
  /** The text after `From `: a sender and a date. */
  readonly envelope: string
  readonly bytes: Buffer
}

const FROM = Buffer.from('From ')
const LF = 0x0a

/**
 * Splits an mbox stream. A message begins at a `From ` line at the start or after an empty line. One `>` is removed
 * from quoted lines (RFC 4155 does not define the quoting; this reverses mboxrd, and mboxo unless a line was quoted
 * before). A message of more than `largest` octets is returned without its bytes.
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

/** Lines with their ends; a line without an end is split into pieces. */
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

// Mail programs store flags in the headers of messages in an mbox. These fields are not part of the message.

const STATUS = /^(status|x-status|x-keywords):[ \t]*([^\r\n]*)\r?\n/i

const statusLetters: Readonly<Record<string, string>> = { R: '\\Seen' }
const xStatusLetters: Readonly<Record<string, string>> = {
  A: '\\Answered',
  D: '\\Deleted',
  F: '\\Flagged',
  T: '\\Draft',
}

/** Reads and removes the fields with flags from the header of a message. Other octets stay unchanged. */
export function takeMboxStatus(bytes: Buffer): { readonly bytes: Buffer; readonly flags: readonly string[] } {
  const kept: Buffer[] = []
  const flags = new Set<string>()
  let from = 0
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf(0x0a, at) + 1
    // An empty line ends the header.
    if (end === 0 || end - at <= 2) break
    const [, name, value] = STATUS.exec(bytes.toString('latin1', at, Math.min(end, at + 4096))) ?? []
    if (name !== undefined && value !== undefined) {
      for (const flag of flagsIn(name.toLowerCase(), value)) flags.add(flag)
      kept.push(bytes.subarray(from, at))
      from = end
    }
    at = end
  }
  if (from === 0) return { bytes, flags: [] }
  return { bytes: Buffer.concat([...kept, bytes.subarray(from)]), flags: [...flags] }
}

/** The fields for flags: `Status: RO`, `X-Status: AF`, `X-Keywords: $Forwarded`, each line with LF. */
export function writeMboxStatus(flags: readonly string[]): string {
  const lettersOf = (letters: Readonly<Record<string, string>>): string =>
    Object.keys(letters)
      .filter((letter) => flags.includes(letters[letter]!))
      .join('')
  const xStatus = lettersOf(xStatusLetters)
  const keywords = flags.filter((name) => !name.startsWith('\\'))
  return [
    `Status: ${lettersOf(statusLetters)}O\n`,
    xStatus === '' ? '' : `X-Status: ${xStatus}\n`,
    keywords.length === 0 ? '' : `X-Keywords: ${keywords.join(' ')}\n`,
  ].join('')
}

function flagsIn(field: string, value: string): string[] {
  if (field === 'x-keywords') return value.split(/[\s,]+/).filter((name) => name !== '')
  const letters = field === 'status' ? statusLetters : xStatusLetters
  return value.split('').flatMap((letter) => letters[letter] ?? [])
}
