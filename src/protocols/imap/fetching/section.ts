import type { Section } from '../../../codecs/imap/fetch-items.ts'
import type { MimePart } from '../../../codecs/mime/structure.ts'

/** The octets of a section in a message: `start` up to, but not including, `end`. */
export interface OctetRange {
  readonly start: number
  readonly end: number
}

/**
 * RFC 3501 §6.4.5: the octets of a section; the whole header for HEADER.FIELDS. Undefined if the part does not exist.
 */
export function sectionRange(root: MimePart, { part, of }: Section): OctetRange | undefined {
  if (part.length === 0) return of === 'everything' ? whole(root) : within(root, of)
  const found = partAt(root, part)
  if (!found) return undefined
  if (of === 'everything') return body(found)
  if (of === 'mime') return header(found)
  // HEADER and TEXT of a part require a message part.
  return found.message && within(found.message.part, of)
}

const within = (message: MimePart, of: Section['of']): OctetRange => (of === 'text' ? body(message) : header(message))
const whole = ({ headerStart, end }: MimePart): OctetRange => ({ start: headerStart, end })
const header = ({ headerStart, bodyStart }: MimePart): OctetRange => ({ start: headerStart, end: bodyStart })
const body = ({ bodyStart, end }: MimePart): OctetRange => ({ start: bodyStart, end })

/** The part with these part numbers. */
export function partAt(root: MimePart, numbers: readonly number[]): MimePart | undefined {
  let holder = root
  let message = true
  for (const [index, number] of numbers.entries()) {
    if (index > 0 && !message && holder.message) {
      holder = holder.message.part
      message = true
    }
    // A message that is not a multipart has one part: its body.
    const child =
      holder.children.length > 0 ? holder.children[number - 1] : message && number === 1 ? holder : undefined
    if (!child) return undefined
    holder = child
    message = false
  }
  return holder
}

const LF = 0x0a

/**
 * The header fields with one of the names; with `others` the fields with none of them. They keep their order and
 * folding. The result ends with an empty line, even if the header does not (RFC 3501 §6.4.5).
 */
export function pickFields(header: Buffer, names: readonly string[], others: boolean): Buffer {
  const lowerNames = new Set(names.map((name) => name.toLowerCase()))
  const picked: Buffer[] = []
  for (const field of fieldsOf(header)) if (lowerNames.has(nameOf(field)) !== others) picked.push(field)
  return Buffer.concat([...picked, Buffer.from('\r\n')])
}

function* fieldsOf(header: Buffer): Generator<Buffer> {
  let start = 0
  for (let at = 0; at < header.length; at = lineEnd(header, at)) {
    if (isEmptyLine(header, at)) break
    if (at > start && !isFolded(header, at)) {
      yield header.subarray(start, at)
      start = at
    }
  }
  const end = endOfFields(header, start)
  if (end > start) yield header.subarray(start, end)
}

function endOfFields(header: Buffer, from: number): number {
  let at = from
  while (at < header.length && !isEmptyLine(header, at)) at = lineEnd(header, at)
  return at
}

const lineEnd = (header: Buffer, from: number): number => {
  const at = header.indexOf(LF, from)
  return at < 0 ? header.length : at + 1
}

const isEmptyLine = (header: Buffer, at: number): boolean =>
  header[at] === LF || (header[at] === 0x0d && header[at + 1] === LF)

const isFolded = (header: Buffer, at: number): boolean => header[at] === 0x20 || header[at] === 0x09

/** RFC 5322 §2.2; §4.5 allows space before the colon. */
function nameOf(field: Buffer): string {
  const colon = field.indexOf(0x3a)
  return colon < 0 ? '' : field.toString('latin1', 0, colon).trim().toLowerCase()
}
