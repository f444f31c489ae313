/** The names by which an assertion's header points at a certificate, as lower-case hex or as given. */
export interface KeyNames {
  readonly sha1: string | undefined
  readonly sha256: string | undefined
  /** `kid`: a thumbprint in hex or base64, or the credential's own keyId. */
  readonly kid: string | undefined
}

/**
 * contract/identity §2.2: base64url is what is documented; clients also send it with padding, and standard base64.
 * RFC 7515 §4.1.7 and §4.1.8.
 */
export function keyNamesOf(header: Readonly<Record<string, unknown>>): KeyNames {
  return { sha1: hexOf(header.x5t, 20), sha256: hexOf(header['x5t#S256'], 32), kid: kidOf(header.kid) }
}

function kidOf(value: unknown): string | undefined {
  if (typeof value !== 'string' || value === '') return undefined
  return hexOf(value, 20) ?? hexOf(value, 32) ?? value.toLowerCase()
}

/** A thumbprint of so many octets, in hex or in any base64. */
function hexOf(value: unknown, octets: number): string | undefined {
  if (typeof value !== 'string') return undefined
  if (/^[\da-f]+$/i.test(value) && value.length === octets * 2) return value.toLowerCase()
  if (!/^[\w+/-]+={0,2}$/.test(value)) return undefined
  const decoded = Buffer.from(value, 'base64')
  return decoded.length === octets ? decoded.toString('hex') : undefined
}
