import { startDecoding } from '../charset/decode.ts'
import { VisibleText } from '../mime/html.ts'
import { parameter } from '../mime/parameter.ts'
import { isMultipart, type MimePart } from '../mime/structure.ts'
import { startTransfer } from '../mime/transfer.ts'

/** RFC 8970 §3.1: maximum length of a preview, in characters. */
export const LONGEST_PREVIEW = 200
/** Octets that one step decodes. */
const PIECE = 512
/** The preview is made from this many octets at the start of the body. */
export const PREVIEWED = 16 * 1024

/**
 * The part that the preview is made from: the first plain text, otherwise the first HTML; undefined if the message has
 * neither.
 */
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

/**
 * The beginning of a part's text, on one line. `octets` are the beginning of its body; only as many as needed are
 * decoded. `longest` is a number of characters.
 */
export function previewText(
  { encoding, params, subtype }: MimePart,
  octets: Buffer,
  longest = LONGEST_PREVIEW,
): string {
  const transfer = startTransfer(encoding)
  if (!transfer) return ''
  const charset = startDecoding(parameter(params, 'charset'))
  const html = subtype === 'html' ? new VisibleText() : undefined
  const seen = (text: string): string => (html ? html.write(text) : text)
  let line = ''
  for (let start = 0; start < octets.length; start += PIECE) {
    line = onOneLine(line + seen(charset.write(transfer.write(octets.subarray(start, start + PIECE)))))
    if (longEnough(line, longest)) return cut(line, longest)
  }
  const rest = seen(charset.write(transfer.end()) + charset.end()) + (html?.end() ?? '')
  return cut(onOneLine(line + rest).trimEnd(), longest)
}

/** Runs of blanks and controls, each of which becomes one space. */
const blanks = /[\s\p{Cc}]{2,}|[^\S ]|\p{Cc}/gu

const onOneLine = (text: string): string => text.replace(blanks, ' ').trimStart()

/** A character may be two UTF-16 units. */
const longEnough = (line: string, longest: number): boolean => line.length > longest * 2

const surrogate = /[\ud800-\udfff]/

function cut(line: string, longest: number): string {
  const start = line.slice(0, longest * 2)
  // Without surrogates each character is one unit, so nothing needs to be counted.
  return surrogate.test(start) ? Array.from(start).slice(0, longest).join('').toWellFormed() : start.slice(0, longest)
}
