import type { JsonObject } from '../../core/json.ts'

/** The parts of a signed JWT in compact form (RFC 7515 §7.1). Do not trust them before the signature is verified. */
export interface Jws {
  readonly header: JsonObject
  readonly claims: JsonObject
  /** The signed octets. */
  readonly signed: Buffer
  readonly signature: Buffer
}

/** Reads three parts, the first two of them JSON objects. Undefined for anything else. Does not check `typ`. */
export function readJws(token: string): Jws | undefined {
  const parts = token.split('.', 4)
  if (parts.length !== 3) return undefined
  const header = readObject(parts[0]!)
  const claims = readObject(parts[1]!)
  const signature = decodeBase64url(parts[2]!)
  if (!header || !claims || !signature) return undefined
  return { header, claims, signed: Buffer.from(`${parts[0]}.${parts[1]}`, 'latin1'), signature }
}

/** The octets to sign; {@link writeJws} adds the signature. */
export const signingInput = (header: JsonObject, claims: JsonObject): string =>
  `${writeObject(header)}.${writeObject(claims)}`

export const writeJws = (input: string, signature: Uint8Array): string => `${input}.${encodeBase64url(signature)}`

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function readObject(part: string): JsonObject | undefined {
  const octets = decodeBase64url(part)
  if (!octets) return undefined
  try {
    const value: unknown = JSON.parse(utf8.decode(octets))
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined
  } catch {
    return undefined
  }
}

/** One of the first two parts. */
export const writeObject = (value: JsonObject): string => encodeBase64url(Buffer.from(JSON.stringify(value)))

/**
 * Decodes base64url; undefined for any text that is not the only valid encoding of RFC 7515 §2: no padding, no line
 * breaks, unused bits zero. With a second encoding, a modified signature could still be valid.
 */
export function decodeBase64url(text: string): Buffer | undefined {
  const octets = Buffer.from(text, 'base64url')
  return octets.toString('base64url') === text ? octets : undefined
}

export const encodeBase64url = (octets: Uint8Array): string => Buffer.from(octets).toString('base64url')
