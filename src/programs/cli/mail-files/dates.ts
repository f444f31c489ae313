import { writeDateTime } from '../../../codecs/portal/date-time.ts'

const HEADER_LIMIT = 256 * 1024
const EARLIEST = Date.UTC(1970, 0, 1)
const LATEST = Date.UTC(9999, 0, 1)

/** When a message was received, as RFC 3339: by its Date field. */
export function dateField(bytes: Buffer): string | undefined {
  const head = bytes.toString('latin1', 0, HEADER_LIMIT).split(/\r?\n\r?\n/, 1)[0]!
  const field = /^date:((?:[^\n]|\n[ \t])*)/im.exec(head)?.[1]
  return field === undefined ? undefined : fromText(field.replace(/\s+/g, ' '))
}

/** By the date in the `From ` line of an mbox: `sender Tue Nov 24 08:00:00 2026`, in UTC where it says no zone. */
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
