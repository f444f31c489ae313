import type { Envelope } from './envelope.ts'

/** A parameter: its name in lower case, its value without quotes as undecoded octets, one character each. */
export type Param = readonly [name: string, value: string]

/** RFC 2183: the Content-Disposition of a part. */
export interface Disposition {
  readonly type: string
  readonly params: readonly Param[]
}

/** The Content-* fields of a part, with the defaults of RFC 2045. */
export interface MimeContent {
  /** In lower case, like `subtype`. */
  readonly type: string
  readonly subtype: string
  readonly params: readonly Param[]
  /** Content-ID as written, with its angle brackets. */
  readonly id: string | undefined
  readonly description: string | undefined
  /** Content-Transfer-Encoding in lower case. */
  readonly encoding: string
  readonly md5: string | undefined
  readonly disposition: Disposition | undefined
  readonly language: readonly string[]
  readonly location: string | undefined
}

/**
 * One entity of a message (RFC 2045 §2.4) with its position. Offsets are in octets from the start of the message. Texts are
 * unfolded, undecoded octets, one character each.
 */
export interface MimePart extends MimeContent {
  readonly headerStart: number
  /** The position after the blank line that ends the header. */
  readonly bodyStart: number
  /** The end (exclusive). The line break before a delimiter belongs to the delimiter (RFC 2046 §5.1.1). */
  readonly end: number
  /** Number of line breaks in the body. */
  readonly lines: number
  /** The parts of a multipart, at least one; empty for any other part. */
  readonly children: readonly MimePart[]
  /** The message inside an unencoded message/rfc822. */
  readonly message: InnerMessage | undefined
}

export interface InnerMessage {
  readonly envelope: Envelope
  readonly part: MimePart
}

/** Whether the part is a multipart. */
export const isMultipart = (part: MimePart): boolean => part.children.length > 0

/** Whether the type of the part is that of a message: RFC 2046 §5.2.1, RFC 6532 §3.7. */
export const isMessage = (content: MimeContent): boolean =>
  content.type === 'message' && (content.subtype === 'rfc822' || content.subtype === 'global')

/**
 * The part with an IMAP part number (RFC 9051 §6.4.5.1), or undefined. The empty path is the whole message. A part that is
 * not a multipart has one part 1, its body. A message/rfc822 has the part numbers of the message inside.
 */
export function locate(root: MimePart, path: readonly number[]): MimePart | undefined {
  let found = root
  let within: MimePart | undefined = root
  for (const number of path) {
    if (!within) return undefined
    const next: MimePart | undefined = isMultipart(within)
      ? within.children[number - 1]
      : number === 1
        ? within
        : undefined
    if (!next) return undefined
    found = next
    within = isMultipart(next) ? next : next.message?.part
  }
  return found
}
