import type { Shift } from './names.ts'

const SHIFT_OUT = 0x0e
const SHIFT_IN = 0x0f
const ESCAPE = 0x1b
const LF = 0x0a
const PLUS = 0x2b
const HYPHEN = 0x2d
const TILDE = 0x7e
/** The octets of EUC-JP before a half-width katakana and before a character of JIS X 0212. */
const SINGLE_SHIFT_2 = 0x8e
const SINGLE_SHIFT_3 = 0x8f

/** Converts seven-bit text with shift sequences to the eight-bit form of the same characters, piece by piece. */
export interface Unshift {
  write(bytes: Uint8Array): Buffer
}

/** The charset of the converted text. */
export const tableOf = {
  'iso-2022-jp': 'euc-jp',
  'iso-2022-kr': 'cp949',
  hz: 'gb18030',
  'utf-7': 'utf-16be',
} as const satisfies Record<Shift, string>

export function startUnshift(shift: Shift): Unshift {
  const take = { 'iso-2022-jp': japanese, 'iso-2022-kr': korean, hz: chinese, 'utf-7': unicode }[shift]()
  return {
    write(bytes) {
      const octets: number[] = []
      for (const octet of bytes) take(octet, octets)
      return Buffer.from(octets)
    },
  }
}

type Take = (octet: number, out: number[]) => void

/** RFC 1468, with the katakana and JIS X 0212 of its successors. Escapes may follow each other. */
function japanese(): Take {
  let escape = ''
  let set: 'one' | 'two' | 'katakana' | 'supplement' = 'one'
  /** Whether the first octet of a JIS X 0212 character was read. */
  let half = false
  return (octet, out) => {
    if (octet === ESCAPE) {
      escape = '\x1b'
      half = false
    } else if (escape !== '') {
      escape += String.fromCharCode(octet)
      if (escape === '\x1b$' || escape === '\x1b(' || escape === '\x1b$(') return
      set = japaneseSets.get(escape) ?? 'one'
      escape = ''
    } else if (octet === LF) {
      set = 'one'
      half = false
      out.push(octet)
    } else if (set === 'one' || octet <= 0x20) {
      out.push(octet)
    } else {
      if (set === 'katakana') out.push(SINGLE_SHIFT_2)
      if (set === 'supplement' && !half) out.push(SINGLE_SHIFT_3)
      half = !half
      out.push(octet | 0x80)
    }
  }
}

const japaneseSets: ReadonlyMap<string, 'two' | 'katakana' | 'supplement'> = new Map([
  ['\x1b$@', 'two'],
  ['\x1b$B', 'two'],
  ['\x1b$(@', 'two'],
  ['\x1b$(B', 'two'],
  ['\x1b$(D', 'supplement'],
  ['\x1b(I', 'katakana'],
] as const)

/** RFC 1557: between SO and SI two octets are a character. The text begins with ESC $ ) C. */
function korean(): Take {
  let double = false
  let designator = 0
  return (octet, out) => {
    if (designator > 0) designator--
    else if (octet === ESCAPE) designator = 3
    else if (octet === SHIFT_OUT || octet === SHIFT_IN) double = octet === SHIFT_OUT
    else {
      if (octet === LF) double = false
      out.push(double && octet > 0x20 ? octet | 0x80 : octet)
    }
  }
}

/** RFC 1843: between ~{ and ~} two octets are a character; ~~ is a tilde, and one at a line's end joins the lines. */
function chinese(): Take {
  let double = false
  let tilde = false
  return (octet, out) => {
    if (tilde) {
      tilde = false
      if (octet === 0x7b || octet === 0x7d) double = octet === 0x7b
      else if (octet === TILDE) out.push(TILDE)
      else if (octet !== LF) out.push(octet)
    } else if (octet === TILDE) tilde = true
    else out.push(double && octet > 0x20 ? octet | 0x80 : octet)
  }
}

/** RFC 2152: from + to the next character outside base64 the text is UTF-16 in base64; the rest is US-ASCII. */
function unicode(): Take {
  let shifted = false
  let first = false
  let bits = 0
  let count = 0
  return (octet, out) => {
    const sextet = shifted ? base64.indexOf(octet) : -1
    if (sextet >= 0) {
      first = false
      bits = ((bits << 6) | sextet) & 0x3fffff
      count += 6
      if (count < 16) return
      count -= 16
      const unit = (bits >> count) & 0xffff
      out.push(unit >> 8, unit & 0xff)
    } else if (shifted) {
      // A hyphen only ends the run. Directly after the plus sign it encodes a plus sign.
      if (octet !== HYPHEN) out.push(0, octet)
      else if (first) out.push(0, PLUS)
      shifted = false
    } else if (octet === PLUS) {
      shifted = true
      first = true
      bits = 0
      count = 0
    } else out.push(0, octet)
  }
}

const base64 = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/')
