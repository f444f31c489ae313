import { startDecoding } from '../charset/decode.ts'
import { VisibleText } from '../mime/html.ts'
import { parameter } from '../mime/parameter.ts'
import { isMultipart, type MimePart } from '../mime/part.ts'
import { startTransfer } from '../mime/transfer.ts'

/** RFC 8970 §3.1: longest preview, in characters. */
const LONGEST = 200
/** Octets that are decoded at a time. */
const PIECE = 512
/** Octets of a body that are looked at for it. */
export const PREVIEWED = 16 * 1024

/** The part whose text is shown of a message: its first plain text, or else its first HTML; undefined where there is none. */
export function previewPart(root: MimePart): MimePart | undefined {
  const texts = [...textParts(root)]
  return texts.find(({ subtype }) => subtype === 'plain') ?? texts.find(({ subtype }) => subtype === 'html')
}

function* textParts(part: MimePart): Generator<MimePart> {
  if (part.disposition?.type.toLowerCase() === 'attachment') return
  if (isMultipart(part)) for (const child of part.children) yield* textParts(child)
  else if (part.message) yield* textParts(part.message.part)
  else if (part.type === 'text') yield part
}

/** What a part's text begins with, on one line. `octets` are what its body begins with; no more of them is decoded than it takes. */
export function previewText({ encoding, params, subtype }: MimePart, octets: Buffer): string {
  const transfer = startTransfer(encoding)
  if (!transfer) return ''
  const charset = startDecoding(parameter(params, 'charset'))
  const html = subtype === 'html' ? new VisibleText() : undefined
  const seen = (text: string): string => (html ? html.write(text) : text)
  let line = ''
  for (let start = 0; start < octets.length; start += PIECE) {
    line = onOneLine(line + seen(charset.write(transfer.write(octets.subarray(start, start + PIECE)))))
    if (longEnough(line)) return cut(line)
  }
  const rest = seen(charset.write(transfer.end()) + charset.end()) + (html?.end() ?? '')
  return cut(onOneLine(line + rest).trimEnd())
}

/** Blanks and controls that are more than the one space they shall be. */
const blanks = /[\s\p{Cc}]{2,}|[^\S ]|\p{Cc}/gu

const onOneLine = (text: string): string => text.replace(blanks, ' ').trimStart()

/** A character may take two units. */
const longEnough = (line: string): boolean => line.length > LONGEST * 2

const surrogate = /[\ud800-\udfff]/

function cut(line: string): string {
  const start = line.slice(0, LONGEST * 2)
  // Where each takes one unit they need not be counted.
  return surrogate.test(start) ? Array.from(start).slice(0, LONGEST).join('').toWellFormed() : start.slice(0, LONGEST)
}
