/** Converts only A to Z to lower case: other octets may be part of a longer character. */
export const lowerAscii = (octets: string): string => octets.replace(/[A-Z]+/g, (run) => run.toLowerCase())

/**
 * Space, tab, CR and LF. Other blanks of JavaScript may be part of a character: "à" ends in 0xA0 in UTF-8.
 */
export const isBlank = (code: number): boolean => code === 0x20 || code === 0x09 || code === 0x0d || code === 0x0a

export function trimBlanks(octets: string): string {
  let start = 0
  while (isBlank(octets.charCodeAt(start))) start++
  return trimBlanksEnd(octets.slice(start))
}

export function trimBlanksEnd(octets: string): string {
  let end = octets.length
  while (end > 0 && isBlank(octets.charCodeAt(end - 1))) end--
  return octets.slice(0, end)
}

/** A Buffer over the same memory. */
export const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
