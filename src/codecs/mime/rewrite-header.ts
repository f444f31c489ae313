import { asBuffer, readHeader } from './header.ts'

const MOST_FIELDS = 10_000
const LF = 0x0a
const CR = 0x0d

/** A field and its new value, as octets that are valid in a header; undefined removes the field. */
export type FieldChange = readonly [name: string, value: string | undefined]

/**
 * A message with other values of some fields; all its other octets stay. A field stands where its first occurrence was,
 * or at the end of the header; further occurrences go.
 */
export function rewriteHeader(bytes: Uint8Array, changes: readonly FieldChange[]): Buffer {
  const all = asBuffer(bytes)
  const fields = readHeader(all, 0, headerEnd(all), MOST_FIELDS)
  // A message without any field is all body.
  const end = fields.length === 0 ? 0 : headerEnd(all)
  const pending = new Map(changes.map(([name, value]) => [name.toLowerCase(), lineOf(name, value)]))
  const pieces: (Buffer | string)[] = []
  let copied = 0
  for (const { name, start, end: next } of fields) {
    const line = pending.get(name.toLowerCase())
    if (line === undefined) continue
    pieces.push(all.subarray(copied, start), line)
    pending.set(name.toLowerCase(), '')
    copied = next
  }
  pieces.push(all.subarray(copied, end))
  const missing = [...pending.values()].join('')
  if (missing !== '') pieces.push(end > 0 && all[end - 1] !== LF ? '\r\n' : '', missing)
  if (end === 0 && missing !== '' && all.length > 0 && !startsBlank(all)) pieces.push('\r\n')
  pieces.push(all.subarray(end))
  return Buffer.concat(pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece) : piece)))
}

const lineOf = (name: string, value: string | undefined): string => {
  if (value === undefined) return ''
  if (/[\0\r\n]/.test(value)) throw new Error(`The value of ${name} would end its field`)
  return `${name}: ${value}\r\n`
}

const startsBlank = (bytes: Buffer): boolean => bytes[0] === LF || (bytes[0] === CR && bytes[1] === LF)

/** The position of the empty line, or the end of the message. A line that is no field does not end the header. */
function headerEnd(bytes: Buffer): number {
  for (let at = 0; at < bytes.length;) {
    if (bytes[at] === LF || (bytes[at] === CR && bytes[at + 1] === LF)) return at
    const lineEnd = bytes.indexOf(LF, at)
    if (lineEnd < 0) return bytes.length
    at = lineEnd + 1
  }
  return bytes.length
}
