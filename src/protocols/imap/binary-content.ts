import type { ContentItem } from '../../codecs/imap/fetch-items.ts'
import { isMultipart, type Part } from '../../codecs/mime/part.ts'
import { decodeTransfer, startTransfer } from '../../codecs/mime/transfer.ts'
import { refuse } from '../../core/refusal.ts'
import { partAt, type Place } from './section-place.ts'

/** A part's octets as they are stored, and what undoes their encoding. */
export interface Encoded {
  readonly place: Place
  readonly decode: (octets: Buffer) => Buffer
}

/**
 * RFC 3516 §4.2: what BINARY means. Undefined where there is no such part. Refuses `unsupported` for a part in an encoding
 * that we do not know.
 */
export function encodedPart(root: Part, { section, partial, binary }: ContentItem): Encoded | undefined {
  const part = partAt(root, section.part)
  if (!part) return undefined
  // RFC 2045 §6.4: what is made of parts is not encoded itself.
  const encoding = isMultipart(part) ? 'binary' : part.encoding
  if (!startTransfer(encoding)) refuse('unsupported', 'The part is encoded in an unknown way', { code: 'UNKNOWN-CTE' })
  const decode = (octets: Buffer): Buffer => {
    const decoded = decodeTransfer(octets, encoding)!
    return partial && binary === 'octets' ? decoded.subarray(partial.start, partial.start + partial.count) : decoded
  }
  return { place: { start: part.bodyStart, end: part.end }, decode }
}
