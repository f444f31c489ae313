import { deny } from '../errors.ts'

/** A client assertion taken apart; nothing in it is believed yet. */
export interface Assertion {
  readonly header: Readonly<Record<string, unknown>>
  readonly claims: Readonly<Record<string, unknown>>
  /** The octets that the signature is over. */
  readonly signed: Uint8Array
  readonly signature: Uint8Array
}

/** Reads a JWT in compact form (RFC 7515 §7.1). Refuses with 50027. */
export function readAssertion(jwt: string): Assertion {
  const parts = jwt.split('.')
  const [header = '', claims = '', signature = ''] = parts
  if (parts.length !== 3) return deny(50027, 'The token is not made of three parts.')
  return {
    header: jsonPart(header, 'header'),
    claims: jsonPart(claims, 'payload'),
    signed: Buffer.from(`${header}.${claims}`, 'latin1'),
    signature: octetsPart(signature, 'signature'),
  }
}

function octetsPart(part: string, name: string): Buffer {
  // Some clients leave the padding on, which RFC 7515 §2 takes off.
  if (!/^[\w-]+={0,2}$/.test(part)) deny(50027, `The ${name} is not base64url.`)
  return Buffer.from(part, 'base64url')
}

function jsonPart(part: string, name: string): Readonly<Record<string, unknown>> {
  const octets = octetsPart(part, name)
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(octets))
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  } catch {
    return deny(50027, `The ${name} is not JSON.`)
  }
  return deny(50027, `The ${name} is not a JSON object.`)
}
