import { nextTurn } from '../../../core/next-turn.ts'
import type { ContentItem, Partial } from '../../../codecs/imap/fetch-items.ts'
import { isMultipart, type Part } from '../../../codecs/mime/part.ts'
import { decodeTransfer, startTransfer } from '../../../codecs/mime/transfer.ts'
import { refuse } from '../../../core/refusal.ts'
import { partAt, type Place } from './section-place.ts'

/** A part's octets as they are stored, and what undoes their encoding. */
export interface Encoded {
  readonly place: Place
  /** All of it at once: it should not be much. */
  readonly decode: (octets: Buffer) => Buffer
  /** Piece by piece. */
  readonly decodeSlowly: (pieces: AsyncIterable<Buffer>) => Promise<readonly Buffer[]>
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
  const wanted = partial && binary === 'octets' ? partial : { start: 0, count: Infinity }
  return {
    place: { start: part.bodyStart, end: part.end },
    decode: (octets) => decodeTransfer(octets, encoding)!.subarray(wanted.start, wanted.start + wanted.count),
    decodeSlowly: (pieces) => decodedSlowly(pieces, encoding, wanted),
  }
}

/** Others have their turn between the pieces, and only what is wanted is held. */
async function decodedSlowly(
  pieces: AsyncIterable<Buffer>,
  encoding: string,
  { start, count }: Partial,
): Promise<readonly Buffer[]> {
  const decoding = startTransfer(encoding)!
  const kept: Buffer[] = []
  let place = 0
  const keep = (decoded: Buffer): void => {
    const piece = decoded.subarray(Math.max(0, start - place), Math.max(0, start + count - place))
    if (piece.length > 0) kept.push(piece)
    place += decoded.length
  }
  for await (const piece of pieces) {
    keep(decoding.write(piece))
    await nextTurn()
  }
  keep(decoding.end())
  return kept
}
