/**
 * The octets that a base64url text stands for; undefined for anything but the one spelling that RFC 7515 §2 gives them:
 * no padding, no line breaks, unused bits zero. Were a second spelling taken, a changed signature could still be right.
 */
export function decodeBase64url(text: string): Buffer | undefined {
  const octets = Buffer.from(text, 'base64url')
  return octets.toString('base64url') === text ? octets : undefined
}

export const encodeBase64url = (octets: Uint8Array): string => Buffer.from(octets).toString('base64url')
