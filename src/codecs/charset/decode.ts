import { isAscii, isUtf8 } from 'node:buffer'
import iconv from 'iconv-lite'
import { type Charset, findCharset } from './names.ts'
import { startUnshift, tableOf, type Unshift } from './shifted.ts'

/** Decodes octets to text piece by piece. Never throws: invalid octets become U+FFFD. */
export interface TextDecoding {
  write(bytes: Uint8Array): string
  end(): string
}

/** Decodes octets in a charset with the name used in mail. Without a known name the octets decide. */
export function decodeText(bytes: Uint8Array, charset: string | undefined): string {
  const decoding = startDecoding(charset)
  return decoding.write(bytes) + decoding.end()
}

export function startDecoding(label: string | undefined): TextDecoding {
  const charset = charsetOf(label ?? '')
  switch (charset.by) {
    case 'utf-8':
      return new Utf8()
    case 'table':
      return tableDecoding(charset.name)
    case 'shifted':
      return unshifting(startUnshift(charset.shift), tableDecoding(tableOf[charset.shift]))
    default:
      return new DetectingDecoder()
  }
}

function tableDecoding(name: string): TextDecoding {
  const decoder = iconv.getDecoder(name)
  return {
    write: (bytes) => decoder.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)),
    end: () => decoder.end() ?? '',
  }
}

const unshifting = (unshift: Unshift, next: TextDecoding): TextDecoding => ({
  write: (bytes) => next.write(unshift.write(bytes)),
  end: () => next.end(),
})

/** The charsets of the labels so far. Messages use few. */
const meanings = new Map<string, Charset>()
const MOST_MEANINGS = 256
const LONGEST_LABEL = 64

function charsetOf(label: string): Charset {
  const known = meanings.get(label)
  if (known) return known
  const charset = findCharset(label, (name) => iconv.encodingExists(name))
  if (label.length <= LONGEST_LABEL && meanings.size < MOST_MEANINGS) meanings.set(label, charset)
  return charset
}

const nothing = Buffer.alloc(0)
const BYTE_ORDER_MARK = '\ufeff'

/** Removes a byte order mark at the beginning. */
class Utf8 implements TextDecoding {
  /** The incomplete character at the end of the last piece. */
  #held: Buffer = nothing
  #begun = false

  write(bytes: Uint8Array): string {
    const piece = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    const all = this.#held.length === 0 ? piece : Buffer.concat([this.#held, piece])
    const whole = wholeCharacters(all)
    this.#held = whole === all.length ? nothing : Buffer.from(all.subarray(whole))
    return this.#read(all.subarray(0, whole))
  }

  end(): string {
    return this.#read(this.#held)
  }

  #read(octets: Buffer): string {
    if (octets.length === 0) return ''
    const text = octets.toString(isAscii(octets) ? 'latin1' : 'utf8')
    const marked = !this.#begun && text.startsWith(BYTE_ORDER_MARK)
    this.#begun = true
    return marked ? text.slice(1) : text
  }
}

/** Text without a charset: UTF-8 if the first characters outside US-ASCII are, otherwise Windows-1252. */
class DetectingDecoder implements TextDecoding {
  #decided: TextDecoding | undefined
  /** An incomplete character, which cannot be classified yet. */
  #held: Buffer = nothing

  write(bytes: Uint8Array): string {
    if (this.#decided) return this.#decided.write(bytes)
    const all = Buffer.concat([this.#held, bytes])
    const whole = all.subarray(0, wholeCharacters(all))
    this.#held = all.subarray(whole.length)
    if (isAscii(whole)) return whole.toString('latin1')
    return this.#decide(whole, isUtf8(whole))
  }

  end(): string {
    const rest = this.#decided || this.#held.length === 0 ? '' : this.#decide(nothing, false)
    return rest + (this.#decided?.end() ?? '')
  }

  #decide(whole: Buffer, isUtf8: boolean): string {
    this.#decided = isUtf8 ? new Utf8() : tableDecoding('windows-1252')
    return this.#decided.write(whole) + this.#decided.write(this.#held)
  }
}

/** Number of octets before an incomplete UTF-8 character at the end. */
function wholeCharacters(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const octet = bytes[bytes.length - back]!
    if (octet < 0x80) break
    if (octet < 0xc0) continue
    const size = octet >= 0xf0 ? 4 : octet >= 0xe0 ? 3 : 2
    return back < size ? bytes.length - back : bytes.length
  }
  return bytes.length
}
