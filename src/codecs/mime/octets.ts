/** Lower-cases A to Z and nothing else: in a text of octets, other letters are pieces of something longer. */
export const lowerAscii = (octets: string): string => octets.replace(/[A-Z]+/g, (run) => run.toLowerCase())

/** A Buffer over the same memory. */
export const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
