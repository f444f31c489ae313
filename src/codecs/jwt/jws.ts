export type JsonObject = Readonly<Record<string, unknown>>

/** A signed JWT in compact form (RFC 7515 §7.1), taken apart. Nothing in it is to be believed before the signature is. */
export interface Jws {
  readonly header: JsonObject
  readonly claims: JsonObject
  /** What the signature is over. */
  readonly signed: Buffer
  readonly signature: Buffer
}

/** Reads three parts, of which the first two are JSON objects. Undefined for anything else; `typ` is not looked at. */
export function readJws(token: string): Jws | undefined {
  const parts = token.split('.', 4)
  if (parts.length !== 3) return undefined
  const header = readObject(parts[0]!)
  const claims = readObject(parts[1]!)
  const signature = decodeBase64url(parts[2]!)
  if (!header || !claims || !signature) return undefined
  return { header, claims, signed: Buffer.from(`${parts[0]}.${parts[1]}`, 'latin1'), signature }
}

/** What is to be signed, and then closed by {@link writeJws}. */
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
 * The octets that a base64url text stands for; undefined for anything but the one spelling that RFC 7515 §2 gives them:
 * no padding, no line breaks, unused bits zero. Were a second spelling taken, a changed signature could still be right.
 */
export function decodeBase64url(text: string): Buffer | undefined {
  const octets = Buffer.from(text, 'base64url')
  return octets.toString('base64url') === text ? octets : undefined
}

export const encodeBase64url = (octets: Uint8Array): string => Buffer.from(octets).toString('base64url')
