import { asBuffer } from './header.ts'

/** Decodes a Content-Transfer-Encoding piece by piece. Accepts any octets. */
export interface TransferDecoding {
  write(bytes: Uint8Array): Buffer
  end(): Buffer
}

/** Decodes a Content-Transfer-Encoding (RFC 2045 §6); undefined for an unknown one. */
export function decodeTransfer(bytes: Uint8Array, encoding: string): Buffer | undefined {
  const decoding = startTransfer(encoding)
  if (!decoding) return undefined
  const most = decoding.write(bytes)
  const rest = decoding.end()
  return rest.length === 0 ? most : Buffer.concat([most, rest])
}

/** A decoder for an encoding in lower case; undefined for an unknown one. */
export function startTransfer(encoding: string): TransferDecoding | undefined {
  switch (encoding) {
    case '7bit':
    case '8bit':
    case 'binary':
      return { write: asBuffer, end: () => nothing }
    case 'base64':
      return new Base64()
    case 'quoted-printable':
      return new QuotedPrintable()
    default:
      return undefined
  }
}

const nothing = Buffer.alloc(0)
const TAB = 0x09
const LF = 0x0a
const CR = 0x0d
const SPACE = 0x20
const EQUALS = 0x3d

const alphabet = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/')
const sextets = new Int8Array(256).fill(-1)
for (const [value, octet] of alphabet.entries()) sextets[octet] = value

/** RFC 2045 §6.8: characters outside the alphabet are ignored. Padding ends a run, and another may follow. */
class Base64 implements TransferDecoding {
  #bits = 0
  #count = 0

  write(bytes: Uint8Array): Buffer {
    const out = Buffer.allocUnsafe(Math.floor((bytes.length + this.#count) / 4) * 3 + 3)
    let length = 0
    let bits = this.#bits
    let count = this.#count
    for (let at = 0; at < bytes.length; at++) {
      const octet = bytes[at]!
      const sextet = sextets[octet]!
      if (sextet >= 0) {
        bits = (bits << 6) | sextet
        if (++count === 4) {
          out[length++] = bits >> 16
          out[length++] = bits >> 8
          out[length++] = bits
          bits = 0
          count = 0
        }
      } else if (octet === EQUALS && count > 0) {
        for (const rest of remainder(bits, count)) out[length++] = rest
        bits = 0
        count = 0
      }
    }
    this.#bits = bits
    this.#count = count
    return out.subarray(0, length)
  }

  end(): Buffer {
    return remainder(this.#bits, this.#count)
  }
}

/** The complete octets in fewer than four sextets. */
function remainder(bits: number, count: number): Buffer {
  if (count < 2) return nothing
  return count === 2 ? Buffer.of(bits >> 4) : Buffer.of(bits >> 10, bits >> 2)
}

/** Maximum octets that are held back because they may be a soft line break or blanks at a line end. */
const MOST_HELD = 1024

/** RFC 2045 §6.7: removes blanks at the end of a line. An invalid escape stays as it is. */
class QuotedPrintable implements TransferDecoding {
  #held: Buffer = nothing

  write(bytes: Uint8Array): Buffer {
    const all = this.#held.length === 0 ? asBuffer(bytes) : Buffer.concat([this.#held, bytes])
    const sure = sureLength(all)
    this.#held = Buffer.from(all.subarray(sure))
    return decodeQuoted(all.subarray(0, sure), false)
  }

  end(): Buffer {
    return decodeQuoted(this.#held, true)
  }
}

/** Number of octets that can be decoded without the following ones. */
function sureLength(bytes: Buffer): number {
  let at = bytes.length
  if (at > 0 && bytes[at - 1] === CR) at--
  while (at > 0 && isBlank(bytes[at - 1]!)) at--
  if (at > 0 && bytes[at - 1] === EQUALS) at--
  else if (at > 1 && at === bytes.length && bytes[at - 2] === EQUALS) at -= 2
  return bytes.length - at > MOST_HELD ? bytes.length : at
}

/** `ends`: whether the text ends after these octets, which counts as a line end. */
function decodeQuoted(bytes: Buffer, ends: boolean): Buffer {
  if (!bytes.includes(EQUALS) && !bytes.includes(SPACE) && !bytes.includes(TAB)) return bytes
  const out = Buffer.allocUnsafe(bytes.length)
  let length = 0
  for (let at = 0; at < bytes.length;) {
    const octet = bytes[at]!
    if (octet === EQUALS) {
      const value = hexPair(bytes, at + 1)
      const next = value < 0 ? afterSoftBreak(bytes, at + 1, ends) : at + 3
      if (value >= 0) out[length++] = value
      else if (next < 0) out[length++] = octet
      at = next < 0 ? at + 1 : next
    } else if (isBlank(octet) && (at + 1 === bytes.length || bytes[at + 1]! <= SPACE)) {
      const end = blanksEnd(bytes, at)
      if (lineBreakAt(bytes, end, ends) < 0) length += bytes.copy(out, length, at, end)
      at = end
    } else {
      out[length++] = octet
      at++
    }
  }
  return out.subarray(0, length)
}

/** The start of the line after a soft line break; -1 for anything else. */
function afterSoftBreak(bytes: Buffer, start: number, ends: boolean): number {
  const end = blanksEnd(bytes, start)
  const lineBreak = lineBreakAt(bytes, end, ends)
  return lineBreak < 0 ? -1 : end + lineBreak
}

function blanksEnd(bytes: Buffer, start: number): number {
  let at = start
  while (at < bytes.length && isBlank(bytes[at]!)) at++
  return at
}

/** The length of the line break at this position; -1 for anything else. */
function lineBreakAt(bytes: Buffer, at: number, ends: boolean): number {
  if (at >= bytes.length) return ends ? 0 : -1
  if (bytes[at] === LF) return 1
  return bytes[at] === CR && bytes[at + 1] === LF ? 2 : -1
}

const isBlank = (octet: number): boolean => octet === SPACE || octet === TAB

/** The octet of two hexadecimal digits, or -1. */
function hexPair(bytes: Buffer, at: number): number {
  const high = hexDigit(bytes[at])
  const low = hexDigit(bytes[at + 1])
  return high < 0 || low < 0 ? -1 : high * 16 + low
}

function hexDigit(octet: number | undefined): number {
  if (octet === undefined) return -1
  if (octet >= 0x30 && octet <= 0x39) return octet - 0x30
  const letter = octet | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1
}
