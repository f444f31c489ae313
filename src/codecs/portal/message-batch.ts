import { refuse } from '../../core/refusal.ts'
import { MINUTE } from '../../core/time.ts'

/** A message in an upload to the portal API. */
export interface SentMessage {
  readonly bytes: Uint8Array
  /** RFC 3339; the offset is kept. */
  readonly received?: string | undefined
  /** System flags and keywords, as IMAP names them. */
  readonly flags?: readonly string[] | undefined
}

/** Encodes messages one after another, each after a line of JSON with its size. Order and bytes are kept. */
export const MESSAGE_BATCH = 'application/vnd.postern.messages'

const LF = 0x0a
const LONGEST_LINE = 64 * 1024
const MOST_MESSAGES = 10_000

export function encodeBatch(messages: readonly SentMessage[]): Buffer {
  const parts = messages.flatMap(({ bytes, received, flags }) => [
    Buffer.from(`${JSON.stringify({ octets: bytes.length, received, flags })}\n`),
    bytes,
  ])
  return Buffer.concat(parts)
}

/** Refuses `bad-syntax` for input that {@link encodeBatch} does not produce. */
export function decodeBatch(body: Uint8Array): readonly SentMessage[] {
  const messages: SentMessage[] = []
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf(LF, at)
    if (end < 0 || end - at > LONGEST_LINE || messages.length === MOST_MESSAGES) return malformed()
    const { octets, received, flags } = header(bytes.toString('utf8', at, end))
    const start = end + 1
    if (start + octets > bytes.length) return malformed()
    messages.push({ bytes: bytes.subarray(start, start + octets), received, flags })
    at = start + octets
  }
  return messages
}

function header(line: string): { octets: number; received: string | undefined; flags: readonly string[] | undefined } {
  const { octets, received, flags } = parsed(line) as Record<string, unknown>
  if (!Number.isSafeInteger(octets) || (octets as number) < 0) return malformed()
  if (received !== undefined && typeof received !== 'string') return malformed()
  if (flags !== undefined && !(Array.isArray(flags) && flags.every((it) => typeof it === 'string'))) return malformed()
  return { octets: octets as number, received, flags }
}

function parsed(line: string): object {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return malformed()
  }
  return typeof value === 'object' && value !== null ? value : malformed()
}

const malformed = (): never => refuse('bad-syntax', 'The messages do not stand behind one another as they should.')

/** A point in time, and the offset from UTC in minutes for its written form. */
interface ZonedMoment {
  readonly at: number
  readonly zone: number
}

/** RFC 3339 §5.6; written in whole seconds. */
export function readDateTime(text: string): ZonedMoment {
  const zone = /(?:(Z)|([+-])(\d\d):(\d\d))$/i.exec(text)
  const at = /^\d{4}-\d\d-\d\dT/i.test(text) ? Date.parse(text) : Number.NaN
  if (!zone || Number.isNaN(at)) return refuse('bad-syntax', `'${text.slice(0, 60)}' is no date and time of RFC 3339.`)
  const minutes = zone[1] ? 0 : Number(zone[3]) * 60 + Number(zone[4])
  return { at, zone: zone[2] === '-' ? -minutes : minutes }
}

export const writeDateTime = ({ at, zone }: ZonedMoment): string => {
  const sign = zone < 0 ? '-' : '+'
  const local = new Date(at + zone * MINUTE).toISOString().slice(0, 19)
  return `${local}${sign}${two(Math.floor(Math.abs(zone) / 60))}:${two(Math.abs(zone) % 60)}`
}

const two = (value: number): string => String(value).padStart(2, '0')
