import type { MimePart } from '../structure.ts'

/**
 * Octets of a part's decoded content, estimated from its position alone: exact for content that is not encoded, at most
 * 2 octets too high for base64, and too high for quoted-printable.
 */
export function decodedSize(part: MimePart): number {
  const encoded = part.end - part.bodyStart
  if (part.encoding !== 'base64') return encoded
  return Math.floor((Math.max(0, encoded - part.lines * 2) * 3) / 4)
}
